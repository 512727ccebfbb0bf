package io.pledgemq.faults.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.OursAlone;
import io.pledgemq.faults.broker.WithBroker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@ExtendWith(WithBroker.class)
@Execution(ExecutionMode.CONCURRENT)
class PushIT {
    /** More than two leases of a push consumer, as the broker of these tests has them. */
    private static final Duration LONGER_THAN_THE_LEASE = Duration.ofSeconds(10);

    @Test
    void everyMessageComesOnce(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        Inbox inbox = new Inbox();
        try (Official client = new Official(broker.endpoint())) {
            client.push(broker.group(GroupKind.FRESH), topic, inbox);
            Producer producer = client.producer(topic);
            for (int i = 0; i < 200; i++) {
                producer.send(Official.message(topic, "m" + i));
            }
            inbox.await(200);
            assertThat(inbox.bodies())
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 200).mapToObj(i -> "m" + i).toList());
        }
    }

    @Test
    void everyGroupGetsEveryMessageAndItsMembersShareThem(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        Inbox one = new Inbox();
        Inbox other = new Inbox();
        try (Official client = new Official(broker.endpoint())) {
            String shared = broker.group(GroupKind.FRESH);
            client.push(shared, topic, one);
            client.push(shared, topic, one);
            client.push(broker.group(GroupKind.FRESH), topic, other);
            Producer producer = client.producer(topic);
            for (int i = 0; i < 50; i++) {
                producer.send(Official.message(topic, "m" + i));
            }
            one.await(50);
            other.await(50);
            assertThat(one.bodies()).doesNotHaveDuplicates().hasSize(50);
            assertThat(other.bodies()).doesNotHaveDuplicates().hasSize(50);
        }
    }

    @Test
    @OursAlone("a consumer of the dead letters' topic does not start")
    void aFailingMessageIsTriedAsOftenAsItsGroupSaysAndIsThenADeadLetter(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.IMPATIENT);
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        try (Official client = new Official(broker.endpoint())) {
            client.push(group, topic, message -> {
                attempts.add(message.getDeliveryAttempt());
                return ConsumeResult.FAILURE;
            });
            Producer producer = client.producer(topic);
            String id = producer.send(Official.message(topic)
                            .setTag("t")
                            .setKeys("k")
                            .addProperty("p", "v")
                            .setBody(Official.bytes("bad"))
                            .build())
                    .getMessageId()
                    .toString();
            Eventually.until(() -> attempts.size() >= 3, () -> "attempts " + attempts);

            // It was there before anybody looked: reading begins with the first entry.
            SimpleConsumer dead = client.simple(broker.group(GroupKind.FRESH), "%DLQ%" + group);
            MessageView got = Inbox.take(dead, 1).get(0);
            assertThat(attempts).containsExactly(1, 2, 3);
            assertThat(got.getMessageId().toString()).isEqualTo(id);
            assertThat(got.getTopic()).isEqualTo("%DLQ%" + group);
            assertThat(Official.body(got)).isEqualTo("bad");
            assertThat(got.getTag()).contains("t");
            assertThat(got.getKeys()).containsExactly("k");
            assertThat(got.getProperties()).containsEntry("p", "v");
        }
    }

    @Test
    void aHandlerThatThrowsIsAFailureAndTheNextAttemptCounts(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        try (Official client = new Official(broker.endpoint())) {
            client.push(broker.group(GroupKind.IMPATIENT), topic, message -> {
                attempts.add(message.getDeliveryAttempt());
                if (message.getDeliveryAttempt() == 1) {
                    throw new IllegalStateException("thrown on purpose");
                }
                return ConsumeResult.SUCCESS;
            });
            client.producer(topic).send(Official.message(topic, "x"));
            Eventually.until(() -> attempts.size() == 2, () -> "attempts " + attempts);
            Eventually.always(Duration.ofSeconds(2), () -> attempts.size() == 2, () -> "attempts " + attempts);
        }
    }

    @Test
    void aHandlerThatRunsLongerThanItsLeaseKeepsItsMessage(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        try (Official client = new Official(broker.endpoint())) {
            for (int i = 0; i < 2; i++) {
                client.push(group, topic, message -> {
                    calls.incrementAndGet();
                    try {
                        never.await(LONGER_THAN_THE_LEASE.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    ended.incrementAndGet();
                    return ConsumeResult.SUCCESS;
                });
            }
            client.producer(topic).send(Official.message(topic, "slow"));
            Eventually.until(() -> ended.get() == 1, () -> ended + " of 1 ended");
            Eventually.always(Duration.ofSeconds(2), () -> calls.get() == 1, () -> "called " + calls + " times");
        }
    }

    @Test
    @OursAlone("a killed consumer keeps its messages until their leases run out, for over a minute")
    void theMessagesOfAKilledConsumerAreSoonAtAnother(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        Inbox inbox = new Inbox();
        try (Official client = new Official(broker.endpoint());
                ChildJvm doomed = ChildJvm.start(DoomedConsumer.class, broker.endpoint(), group, topic)) {
            doomed.awaitLine("started");
            Producer producer = client.producer(topic);
            for (int i = 0; i < 5; i++) {
                producer.send(Official.message(topic, "m" + i));
            }
            for (int i = 0; i < 5; i++) {
                doomed.awaitLine("holding m" + i);
            }
            client.push(group, topic, inbox);
            doomed.kill();
            long killed = System.nanoTime();
            inbox.await(5);
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void theMessagesOfAConsumerThatWasClosedInTimeAreNotLost(Broker broker) throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        Inbox first = new Inbox();
        Inbox second = new Inbox();
        try (Official client = new Official(broker.endpoint())) {
            PushConsumer leaving = client.push(group, topic, first);
            Producer producer = client.producer(topic);
            for (int i = 0; i < 20; i++) {
                producer.send(Official.message(topic, "m" + i));
            }
            first.await(1);
            client.push(group, topic, second);
            client.close(leaving);
            for (int i = 20; i < 40; i++) {
                producer.send(Official.message(topic, "m" + i));
            }
            Eventually.until(
                    () -> first.messages().size() + second.messages().size() >= 40,
                    () -> first.bodies() + " and " + second.bodies());
        }
    }
}
