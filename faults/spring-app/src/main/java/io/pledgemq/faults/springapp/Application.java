package io.pledgemq.faults.springapp;

import java.nio.charset.StandardCharsets;
import org.apache.rocketmq.client.annotation.RocketMQMessageListener;
import org.apache.rocketmq.client.annotation.RocketMQTransactionListener;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;
import org.apache.rocketmq.client.common.Pair;
import org.apache.rocketmq.client.apis.producer.SendReceipt;
import org.apache.rocketmq.client.core.RocketMQClientTemplate;
import org.apache.rocketmq.client.core.RocketMQListener;
import org.apache.rocketmq.client.core.RocketMQTransactionChecker;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.stereotype.Service;
import org.springframework.beans.factory.annotation.Value;

/** Sends a normal and three transactional messages, and prints what its listeners get. */
@SpringBootApplication
public class Application implements CommandLineRunner {
    private final RocketMQClientTemplate template;
    private final String normal;
    private final String transaction;

    Application(
            RocketMQClientTemplate template,
            @Value("${demo.normal}") String normal,
            @Value("${demo.transaction}") String transaction) {
        this.template = template;
        this.normal = normal;
        this.transaction = transaction;
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @Override
    public void run(String... arguments) throws Exception {
        template.syncSendNormalMessage(normal, "hello");
        send("committed").getTransaction().commit();
        send("rolled back").getTransaction().rollback();
        send("left");
        System.out.println("sent");
    }

    private Pair<SendReceipt, Transaction> send(String body) throws Exception {
        return template.sendMessageInTransaction(
                transaction, MessageBuilder.withPayload(body).build());
    }

    private static ConsumeResult print(String kind, MessageView message) {
        System.out.println(kind + " " + StandardCharsets.UTF_8.decode(message.getBody()));
        return ConsumeResult.SUCCESS;
    }

    @RocketMQTransactionListener
    static class Checker implements RocketMQTransactionChecker {
        @Override
        public TransactionResolution check(MessageView message) {
            System.out.println("asked");
            return TransactionResolution.COMMIT;
        }
    }

    @Service
    @RocketMQMessageListener(
            endpoints = "${demo.endpoint}", topic = "${demo.normal}", consumerGroup = "${demo.group}-normal", tag = "*")
    static class NormalListener implements RocketMQListener {
        @Override
        public ConsumeResult consume(MessageView message) {
            return print("normal", message);
        }
    }

    @Service
    @RocketMQMessageListener(
            endpoints = "${demo.endpoint}", topic = "${demo.transaction}", consumerGroup = "${demo.group}-tx", tag = "*")
    static class TransactionListener implements RocketMQListener {
        @Override
        public ConsumeResult consume(MessageView message) {
            return print("transaction", message);
        }
    }
}
