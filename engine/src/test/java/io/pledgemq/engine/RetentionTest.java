package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.view.DeadLetterView;
import io.pledgemq.engine.view.HistoryEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which messages are trimmed, and which never are. */
class RetentionTest {
    private static final Sender SENDER = new Sender("orders", "orders-1");
    private static final MessageId OLD = MessageId.of("old");
    private static final MessageId DEAD = MessageId.of("dead");

    @TempDir
    Path directory;

    /** Segments of 128 KiB, nothing kept longer than needed, a snapshot every 64 KiB. */
    private Engine open() throws Exception {
        return Engine.open(
                directory,
                EngineConfig.defaults()
                        .withLimits(
                                new Limits(16 << 10, 16, 1024, 100, 100, 3_600_000, 1000, 1 << 20, Limits.Rows.DEFAULT))
                        .withLog(new LogConfig(128 << 10, 64 << 10, 1))
                        .withRetention(new EngineConfig.Retention(0, 0))
                        .withSnapshotEveryBytes(64 << 10));
    }

    private static void traffic(Engine engine, int messages) {
        for (int i = 0; i < messages; i++) {
            engine.send(Message.of("m-" + System.nanoTime(), "plain", new byte[1000]))
                    .join();
            for (Delivery delivery : receive(engine, "plain")) {
                engine.ack(delivery.receipt(), "c", "").join();
            }
        }
    }

    private static List<Delivery> receive(Engine engine, String topic) {
        ReceiveRequest request =
                new ReceiveRequest("group", topic, "c", 10, Duration.ofSeconds(5), Duration.ofSeconds(30));
        return ((Outcome.Received) engine.receive(request, null).join()).deliveries();
    }

    private List<String> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("segment-"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void longLivedMessagesAreCarriedOutOfSegmentsThatAreDeleted() throws Exception {
        long transactionId;
        try (Engine engine = open()) {
            engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
            engine.createTopic(new TopicConfig("orders", TopicType.TRANSACTION)).join();
            engine.putGroup(GroupConfig.of("group")).join();
            engine.subscribe("group", "plain", true).join();
            engine.subscribe("group", "orders", true).join();
            engine.send(new Message(DEAD, "plain", "key-7", null, null, Map.of(), new byte[] {7}, 0))
                    .join();
            Delivery doomed = receive(engine, "plain").get(0);
            engine.fail(doomed.receipt(), "c", Failure.terminal("no such article"))
                    .join();
            Outcome.Stored stored = (Outcome.Stored)
                    engine.prepare(Message.of("old", "orders", new byte[] {1, 2}), SENDER, Duration.ofDays(1))
                            .join();
            transactionId = stored.position();
            for (int round = 0; round < 8; round++) {
                traffic(engine, 100);
                engine.maintain();
            }
            assertThat(segments()).doesNotContain("segment-0000000001.log");
        }
        try (Engine engine = open()) {
            var dead = engine.desk().deadLetters("group", 0, 10).items();
            assertThat(dead).hasSize(1);
            assertThat(dead.get(0).reason()).isEqualTo("no such article");
            assertThat(dead.get(0).message().key()).isEqualTo("key-7");
            assertThat(engine.desk().deadLettersOf("group", List.of(DEAD)))
                    .as("found where it was carried to")
                    .extracting(DeadLetterView::position)
                    .containsExactly(dead.get(0).position());
            assertThat(engine.desk().history(DEAD))
                    .extracting(HistoryEvent::type)
                    .contains(CommandType.SEND, CommandType.LEASE, CommandType.FAIL);

            assertThat(engine.decide(transactionId, OLD, Decision.COMMIT, Party.sender("orders-1"))
                            .join())
                    .isEqualTo(new Outcome.Decided(Decision.COMMIT, false));
            Delivery delivery = receive(engine, "orders").get(0);
            assertThat(delivery.message().body()).containsExactly(1, 2);
        }
    }

    @Test
    void messagesThatAGroupHasNotSeenAreKept() throws Exception {
        try (Engine engine = open()) {
            engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
            engine.createTopic(new TopicConfig("other", TopicType.NORMAL)).join();
            engine.putGroup(GroupConfig.of("group")).join();
            engine.subscribe("group", "plain", true).join();
            engine.subscribe("group", "other", true).join();
            for (int i = 0; i < 5; i++) {
                engine.send(Message.of("unseen-" + i, "other", new byte[10])).join();
            }
            for (int round = 0; round < 6; round++) {
                traffic(engine, 100);
                engine.maintain();
            }
            assertThat(segments()).doesNotContain("segment-0000000001.log");
            assertThat(receive(engine, "other"))
                    .extracting(d -> d.message().id().text())
                    .containsExactly("unseen-0", "unseen-1", "unseen-2", "unseen-3", "unseen-4");
        }
    }

    @Test
    void aRoundTrimsHoweverManyAreDue() throws Exception {
        try (Engine engine =
                Engine.open(directory, EngineConfig.defaults().withRetention(new EngineConfig.Retention(0, 0)))) {
            // Time is noted with every 1,024th message only.
            assertThat(keptAfterARound(engine)).isLessThan(2 * 1024);
        }
    }

    @Test
    void aRoundTrimsAllBeyondTheSizeLimit() throws Exception {
        try (Engine engine = Engine.open(
                directory,
                EngineConfig.defaults()
                        .withLimits(
                                new Limits(16 << 10, 16, 1024, 100, 100, 3_600_000, 1000, 1 << 20, Limits.Rows.DEFAULT))
                        .withLog(new LogConfig(1 << 20, 512 << 10, 1))
                        .withRetention(new EngineConfig.Retention(TimeUnit.DAYS.toMillis(3), 1 << 20)))) {
            assertThat(keptAfterARound(engine)).isLessThan(Maintenance.TRIM_PER_STEP / 2);
        }
    }

    /** Two steps and a half are due. */
    private static long keptAfterARound(Engine engine) throws Exception {
        int many = 5 * Maintenance.TRIM_PER_STEP / 2;
        engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        Semaphore inFlight = new Semaphore(10_000);
        for (int i = 0; i < many; i++) {
            inFlight.acquire();
            last = engine.send(Message.of("m-" + i, "plain", new byte[1]))
                    .whenComplete((stored, failure) -> inFlight.release());
        }
        last.join();

        engine.maintain();
        return engine.desk().stats().join().kept();
    }
}
