package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.log.LogConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine as its users see it: on a real disk, with its real threads. */
class EngineTest {
    private static final Sender ORDER_SERVICE = new Sender("orders", "orders-1");

    @TempDir
    Path directory;

    private Engine open() throws Exception {
        return Engine.open(
                directory,
                EngineConfig.defaults()
                        .withLimits(
                                new Limits(16 << 10, 16, 1024, 100, 100, 3_600_000, 1000, 1 << 20, Limits.Rows.DEFAULT))
                        .withLog(new LogConfig(1 << 20, 64 << 10, 1)));
    }

    private static void prepareTopicAndGroup(Engine engine) {
        engine.createTopic(new TopicConfig("order-created", TopicType.TRANSACTION))
                .join();
        engine.putGroup(GroupConfig.of("warehouse").withRetry(3, new RetryPolicy.Fixed(1, 0)))
                .join();
        engine.subscribe("warehouse", "order-created", true).join();
    }

    private static Outcome.Stored prepare(Engine engine, String id) {
        Message message = Message.of(id, "order-created", id.getBytes(StandardCharsets.UTF_8));
        return (Outcome.Stored)
                engine.prepare(message, ORDER_SERVICE, Duration.ofSeconds(10)).join();
    }

    private static List<Delivery> receive(Engine engine, Duration wait) {
        ReceiveRequest request =
                new ReceiveRequest("warehouse", "order-created", "client-1", 32, wait, Duration.ofSeconds(30));
        return ((Outcome.Received) engine.receive(request, null).join()).deliveries();
    }

    private static Outcome decide(Engine engine, Outcome.Stored stored, String id, Decision decision) {
        return engine.decide(
                        stored.position(), Message.of(id, "x", new byte[0]).id(), decision, Party.sender("orders-1"))
                .join();
    }

    @Test
    void onlyACommittedMessageIsDelivered() throws Exception {
        try (Engine engine = open()) {
            prepareTopicAndGroup(engine);
            Outcome.Stored first = prepare(engine, "order-1");
            Outcome.Stored second = prepare(engine, "order-2");
            Outcome.Stored third = prepare(engine, "order-3");
            assertThat(receive(engine, Duration.ZERO)).isEmpty();

            assertThat(decide(engine, second, "order-2", Decision.ROLLBACK))
                    .isEqualTo(new Outcome.Decided(Decision.ROLLBACK, false));
            assertThat(decide(engine, third, "order-3", Decision.COMMIT))
                    .isEqualTo(new Outcome.Decided(Decision.COMMIT, false));

            List<Delivery> delivered = receive(engine, Duration.ofSeconds(5));
            assertThat(delivered).extracting(d -> d.message().id().text()).containsExactly("order-3");
            assertThat(engine.ack(delivered.get(0).receipt(), "client-1", "").join())
                    .isEqualTo(Outcome.DONE);
            assertThat(receive(engine, Duration.ofMillis(50))).isEmpty();
            assertThat(decide(engine, first, "order-1", Decision.COMMIT)).isInstanceOf(Outcome.Decided.class);
        }
    }

    @Test
    void everythingIsThereAfterReopening() throws Exception {
        Outcome.Stored undecided;
        try (Engine engine = open()) {
            prepareTopicAndGroup(engine);
            undecided = prepare(engine, "order-1");
            Outcome.Stored committed = prepare(engine, "order-2");
            decide(engine, committed, "order-2", Decision.COMMIT);
        }
        try (Engine engine = open()) {
            List<Delivery> delivered = receive(engine, Duration.ofSeconds(5));
            assertThat(delivered).extracting(d -> d.message().id().text()).containsExactly("order-2");
            engine.ack(delivered.get(0).receipt(), "client-1", "").join();
            decide(engine, undecided, "order-1", Decision.COMMIT);
            assertThat(receive(engine, Duration.ofSeconds(5))).hasSize(1);
        }
    }

    @Test
    void aMessageThatFailsItsLastAttemptIsADeadLetterWithItsReason() throws Exception {
        try (Engine engine = open()) {
            prepareTopicAndGroup(engine);
            decide(engine, prepare(engine, "order-1"), "order-1", Decision.COMMIT);
            for (int attempt = 1; attempt <= 3; attempt++) {
                Delivery delivery = receive(engine, Duration.ofSeconds(5)).get(0);
                assertThat(delivery.attempt()).isEqualTo(attempt);
                Outcome outcome = engine.fail(delivery.receipt(), "client-1", Failure.retry("no stock " + attempt))
                        .join();
                assertThat(outcome).isEqualTo(new Outcome.Failed(attempt == 3, attempt == 3 ? 0 : 1));
            }
            var dead = engine.desk().deadLetters("warehouse", 0, 10).items();
            assertThat(dead).hasSize(1);
            assertThat(dead.get(0).reason()).isEqualTo("no stock 3");
            assertThat(engine.desk().history(dead.get(0).message().id())).hasSize(8);

            engine.desk()
                    .retry(dead.get(0), Party.operator("ann", "stock came"))
                    .join();
            Delivery again = receive(engine, Duration.ofSeconds(5)).get(0);
            assertThat(again.revision()).isEqualTo(1);
            assertThat(again.attempt()).isEqualTo(1);
        }
    }

    @Test
    void aDecisionIsRememberedAsLongAsItsSegmentLives() throws Exception {
        try (Engine engine = open()) {
            prepareTopicAndGroup(engine);
            Outcome.Stored committed = prepare(engine, "order-1");
            Outcome.Stored rolledBack = prepare(engine, "order-2");
            decide(engine, committed, "order-1", Decision.COMMIT);
            decide(engine, rolledBack, "order-2", Decision.ROLLBACK);
            engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
            // More ids than the state remembers.
            CompletableFuture<Outcome> last = CompletableFuture.completedFuture(Outcome.DONE);
            for (int i = 0; i < 300_000; i++) {
                last = engine.send(Message.of("m-" + i, "plain", new byte[0]));
            }
            assertThat(last.join()).isInstanceOf(Outcome.Stored.class);

            assertThat(decide(engine, committed, "order-1", Decision.COMMIT))
                    .isEqualTo(new Outcome.Decided(Decision.COMMIT, true));
            assertThat(decide(engine, rolledBack, "order-2", Decision.COMMIT))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .isEqualTo(Refusal.CONTRARY_DECISION));
            assertThat(decide(engine, new Outcome.Stored(committed.position() + 8, false), "order-1", Decision.COMMIT))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .isEqualTo(Refusal.UNKNOWN_TRANSACTION));
            assertThat(decide(engine, committed, "order-9", Decision.COMMIT))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .isEqualTo(Refusal.UNKNOWN_TRANSACTION));
        }
    }
}
