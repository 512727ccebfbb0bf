package io.pledgemq.faults.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.OursAlone;
import io.pledgemq.faults.broker.WithBroker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@ExtendWith(WithBroker.class)
@Execution(ExecutionMode.CONCURRENT)
class FifoIT {
    private static final int GROUPS = 12;
    private static final int EACH = 10;

    private static Message message(String topic, String messageGroup, String body) {
        return Official.message(topic)
                .setMessageGroup(messageGroup)
                .setBody(Official.bytes(body))
                .build();
    }

    @Test
    @OursAlone("keeps order only for groups that were created as ordered ones")
    void everyMessageGroupIsInOrderWhileOneOfThemIsStuck(Broker broker) throws Exception {
        String topic = broker.topic(Kind.FIFO);
        Inbox inbox = new Inbox();
        CountDownLatch stuck = new CountDownLatch(1);
        try (Official client = new Official(broker.endpoint())) {
            Producer producer = client.producer(topic);
            client.push(broker.group(GroupKind.FRESH), topic, message -> {
                if (message.getMessageGroup().orElse("").equals("g0")) {
                    try {
                        stuck.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                return inbox.consume(message);
            });
            try {
                for (int i = 0; i < EACH; i++) {
                    for (int group = 0; group < GROUPS; group++) {
                        producer.send(message(topic, "g" + group, "g" + group + "-" + i));
                    }
                }
                inbox.await((GROUPS - 1) * EACH);
                assertThat(inbox.bodies()).noneMatch(body -> body.startsWith("g0-"));
            } finally {
                stuck.countDown();
            }
            inbox.await(GROUPS * EACH);
            for (int group = 0; group < GROUPS; group++) {
                String of = "g" + group + "-";
                assertThat(inbox.bodies().stream().filter(body -> body.startsWith(of)))
                        .containsExactlyElementsOf(
                                IntStream.range(0, EACH).mapToObj(i -> of + i).toList());
            }
        }
    }

    @Test
    void aFailingMessageHoldsItsGroupUntilItIsADeadLetter(Broker broker) throws Exception {
        String topic = broker.topic(Kind.FIFO);
        String group = broker.group(GroupKind.IMPATIENT_FIFO);
        List<String> seen = new CopyOnWriteArrayList<>();
        try (Official client = new Official(broker.endpoint())) {
            Producer producer = client.producer(topic);
            client.push(group, topic, message -> {
                seen.add(Official.body(message) + "/" + message.getDeliveryAttempt());
                return Official.body(message).equals("bad") ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS;
            });
            producer.send(message(topic, "g", "bad"));
            producer.send(message(topic, "g", "next"));
            Eventually.until(() -> seen.contains("next/1"), () -> "seen " + seen);
            assertThat(seen).containsExactly("bad/1", "bad/2", "bad/3", "next/1");

            SimpleConsumer dead = client.simple(broker.group(GroupKind.FRESH), "%DLQ%" + group);
            assertThat(Inbox.take(dead, 1)).extracting(Official::body).containsExactly("bad");
        }
    }

    @Test
    @OursAlone("keeps order only for groups that were created as ordered ones")
    void aSimpleConsumerGetsNoMessageBeforeItsPredecessorIsSettled(Broker broker) throws Exception {
        String topic = broker.topic(Kind.FIFO);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            Producer producer = client.producer(topic);
            producer.send(message(topic, "g", "1"));
            producer.send(message(topic, "g", "2"));
            MessageView first = Inbox.receive(consumer, Inbox.HIDDEN);
            assertThat(Official.body(first)).isEqualTo("1");
            assertThat(Inbox.poll(consumer)).isEmpty();
            consumer.ack(first);
            assertThat(Inbox.take(consumer, 1)).extracting(Official::body).containsExactly("2");
        }
    }
}
