package io.pledgemq.faults.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.OursAlone;
import io.pledgemq.faults.broker.WithBroker;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@ExtendWith(WithBroker.class)
@Execution(ExecutionMode.CONCURRENT)
class TransactionsIT {
    private static final int UNKNOWNS = 3;

    @Test
    void aCommittedMessageComesAndARolledBackOneNever(Broker broker) throws Exception {
        String topic = broker.topic(Kind.TRANSACTION);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            Producer producer = client.transactional(message -> TransactionResolution.UNKNOWN, topic);
            Transaction rolledBack = producer.beginTransaction();
            producer.send(Official.message(topic, "no"), rolledBack);
            Transaction committed = producer.beginTransaction();
            producer.send(Official.message(topic, "yes"), committed);
            rolledBack.rollback();
            committed.commit();

            assertThat(Inbox.take(consumer, 1)).extracting(Official::body).containsExactly("yes");
            assertThat(Inbox.poll(consumer)).isEmpty();
        }
    }

    @Test
    @OursAlone("asked and answered twice, it delivers the message twice")
    void anUndecidedMessageIsCheckedAndTheCheckersAnswerHolds(Broker broker) throws Exception {
        String topic = broker.topic(Kind.TRANSACTION);
        Map<String, MessageView> asked = new ConcurrentHashMap<>();
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            Producer producer = client.transactional(
                    message -> {
                        asked.put(Official.body(message), message);
                        return Official.body(message).equals("yes")
                                ? TransactionResolution.COMMIT
                                : TransactionResolution.ROLLBACK;
                    },
                    topic);
            producer.send(
                    Official.message(topic)
                            .setTag("t")
                            .setKeys("k")
                            .addProperty("p", "v")
                            .setBody(Official.bytes("yes"))
                            .build(),
                    producer.beginTransaction());
            producer.send(Official.message(topic, "no"), producer.beginTransaction());

            assertThat(Inbox.take(consumer, 1)).extracting(Official::body).containsExactly("yes");
            Eventually.until(() -> asked.keySet().equals(Set.of("yes", "no")), () -> "asked about " + asked.keySet());
            MessageView question = Objects.requireNonNull(asked.get("yes"));
            assertThat(question.getTopic()).isEqualTo(topic);
            assertThat(question.getTag()).contains("t");
            assertThat(question.getKeys()).containsExactly("k");
            assertThat(question.getProperties()).containsEntry("p", "v");
            assertThat(Inbox.poll(consumer)).isEmpty();
        }
    }

    @Test
    void anUnknownAnswerIsAskedForAgain(Broker broker) throws Exception {
        String topic = broker.topic(Kind.TRANSACTION);
        AtomicInteger checks = new AtomicInteger();
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            Producer producer = client.transactional(
                    message -> checks.incrementAndGet() <= UNKNOWNS
                            ? TransactionResolution.UNKNOWN
                            : TransactionResolution.COMMIT,
                    topic);
            producer.send(Official.message(topic, "at last"), producer.beginTransaction());

            assertThat(Inbox.take(consumer, 1)).extracting(Official::body).containsExactly("at last");
            assertThat(checks).hasValue(UNKNOWNS + 1);
        }
    }

    @Test
    void checksGoToTheProducerThatIsStartedAfterTheFirstWasKilled(Broker broker) throws Exception {
        String topic = broker.topic(Kind.TRANSACTION);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            try (ChildJvm doomed = ChildJvm.start(DoomedProducer.class, broker.endpoint(), topic)) {
                doomed.awaitLine("prepared");
                doomed.kill();
            }
            // Only its topics are known when it starts: it has never sent anything.
            client.transactional(message -> TransactionResolution.COMMIT, topic);

            assertThat(Inbox.take(consumer, 1)).extracting(Official::body).containsExactly("orphan");
        }
    }

    @Test
    @OursAlone("asks any producer of the topic")
    void aProducerThatPreparedItIsAskedBeforeAnyOther(Broker broker) throws Exception {
        String topic = broker.topic(Kind.TRANSACTION);
        AtomicInteger stranger = new AtomicInteger();
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            for (int i = 0; i < 3; i++) {
                client.transactional(
                        message -> {
                            stranger.incrementAndGet();
                            return TransactionResolution.UNKNOWN;
                        },
                        topic);
            }
            // More than are asked of one client at a time, by a checker that takes a while.
            int many = 200;
            Producer owner = client.transactional(
                    message -> {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                        return TransactionResolution.COMMIT;
                    },
                    topic);
            for (int i = 0; i < many; i++) {
                owner.send(Official.message(topic, "m" + i), owner.beginTransaction());
            }
            assertThat(Inbox.take(consumer, many)).hasSize(many);
            assertThat(stranger).hasValue(0);
        }
    }

    @Test
    void aProducerWithoutACheckerDoesNotUseUpTheChecks(Broker broker) throws Exception {
        String topic = broker.topic(Kind.TRANSACTION);
        try (Official client = new Official(broker.endpoint())) {
            SimpleConsumer consumer = client.simple(broker.group(GroupKind.FRESH), topic);
            try (ChildJvm doomed = ChildJvm.start(DoomedProducer.class, broker.endpoint(), topic)) {
                doomed.awaitLine("prepared");
                client.producer(topic);
                doomed.kill();
            }
            client.transactional(message -> TransactionResolution.COMMIT, topic);
            assertThat(Inbox.take(consumer, 1)).hasSize(1);
        }
    }
}
