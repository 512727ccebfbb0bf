package quickstart;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.apis.ClientConfiguration;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;

/**
 * Sends one order with a transactional message and receives it. One argument: the endpoint, {@code host:port}. The
 * topic {@code order-created} of type TRANSACTION must exist.
 */
public final class TransactionalOrder {
    private static final String TOPIC = "order-created";
    private static final ClientServiceProvider PROVIDER = ClientServiceProvider.loadService();

    private TransactionalOrder() {}

    public static void main(String[] arguments) throws Exception {
        String endpoint = arguments.length > 0 ? arguments[0] : "127.0.0.1:8081";
        ClientConfiguration configuration =
                ClientConfiguration.newBuilder().setEndpoints(endpoint).build();
        try (SimpleConsumer warehouse = PROVIDER.newSimpleConsumerBuilder()
                        .setClientConfiguration(configuration)
                        .setConsumerGroup("warehouse")
                        .setSubscriptionExpressions(Map.of(TOPIC, FilterExpression.SUB_ALL))
                        .setAwaitDuration(Duration.ofSeconds(10))
                        .build();
                Producer orders = PROVIDER.newProducerBuilder()
                        .setClientConfiguration(configuration)
                        .setTopics(TOPIC)
                        .setTransactionChecker(message -> TransactionResolution.UNKNOWN)
                        .build()) {
            send(orders);
            receive(warehouse);
        }
    }

    private static void send(Producer orders) throws Exception {
        Message message = PROVIDER.newMessageBuilder()
                .setTopic(TOPIC)
                .setKeys("order-1042")
                .setBody("3 chairs to Berlin".getBytes(StandardCharsets.UTF_8))
                .build();
        Transaction transaction = orders.beginTransaction();
        System.out.println("prepared " + orders.send(message, transaction).getMessageId());
        // Here the order service commits its own database transaction.
        transaction.commit();
        System.out.println("committed");
    }

    private static void receive(SimpleConsumer warehouse) throws Exception {
        List<MessageView> messages = warehouse.receive(1, Duration.ofSeconds(30));
        for (MessageView message : messages) {
            System.out.println("received " + StandardCharsets.UTF_8.decode(message.getBody()) + " for "
                    + message.getKeys());
            warehouse.ack(message);
        }
        if (messages.isEmpty()) {
            throw new IllegalStateException("no message came within 10 s");
        }
    }
}
