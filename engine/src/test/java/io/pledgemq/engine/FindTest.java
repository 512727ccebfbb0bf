package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.sim.SimClock;
import io.pledgemq.engine.sim.SimStorage;
import io.pledgemq.engine.view.FindRequest;
import io.pledgemq.engine.view.FoundMessages;
import io.pledgemq.engine.view.MessageSummary;
import io.pledgemq.engine.view.MessageSummary.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages are found by id, key, topic and time, in sealed segments as in the one that is written to. */
@Timeout(120)
class FindTest {
    private static final Sender SENDER = new Sender("orders", "orders-1");
    private static final long START_MS = 1_700_000_000_000L;
    private static final int MESSAGES = 400;

    private final SimStorage storage = new SimStorage(1);
    private final SimClock clock = new SimClock(1_000, START_MS);
    private Engine engine = open(EngineConfig.Retention.DEFAULT);

    private Engine open(EngineConfig.Retention retention) {
        try {
            return Engine.open(
                    storage,
                    EngineConfig.defaults()
                            .withClock(clock)
                            .withLimits(new Limits(
                                    16 << 10, 16, 1024, 100, 100, 3_600_000, 1000, 1 << 20, Limits.Rows.DEFAULT))
                            .withLog(new LogConfig(128 << 10, 64 << 10, 1))
                            .withChecks(new CheckPolicy(1, 5, 1, 30_000))
                            .withRetention(retention)
                            .withSnapshotEveryBytes(64 << 10)
                            .withOnAlert(alert -> {}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One message a second, 1000 bytes each, over two topics and ten keys. */
    @BeforeEach
    void fill() throws IOException {
        for (String topic : List.of("plain", "other")) {
            engine.createTopic(new TopicConfig(topic, TopicType.NORMAL)).join();
        }
        engine.createTopic(new TopicConfig("orders", TopicType.TRANSACTION)).join();
        engine.createTopic(new TopicConfig("later", TopicType.DELAY)).join();
        for (int i = 0; i < MESSAGES; i++) {
            clock.advance(1000);
            engine.send(message("m-" + i, i % 2 == 0 ? "plain" : "other", "key-" + i % 10, 0))
                    .join();
        }
        engine.maintain();
    }

    private static Message message(String id, String topic, @Nullable String key, long deliverAtMs) {
        return new Message(MessageId.of(id), topic, key, "tag", null, Map.of(), new byte[1000], deliverAtMs);
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
    }

    private List<MessageSummary> all(FindRequest request) {
        List<MessageSummary> all = new ArrayList<>();
        FindRequest next = request;
        while (true) {
            FoundMessages page = engine.desk().find(next);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(request.limit());
            all.addAll(page.items());
            if (page.next() == FindRequest.START) {
                return all;
            }
            next = next.after(page.next());
        }
    }

    private static List<String> ids(List<MessageSummary> found) {
        return found.stream().map(summary -> summary.id().text()).toList();
    }

    private static List<String> expected(int from, int to, int step) {
        return IntStream.range(0, MESSAGES)
                .filter(i -> i >= from && i < to && (i - from) % step == 0)
                .mapToObj(i -> "m-" + i)
                .toList();
    }

    @Test
    void byIdAMessageIsFoundWithItsFields() {
        for (int i : new int[] {0, 57, MESSAGES - 1}) {
            assertThat(all(FindRequest.byId(MessageId.of("m-" + i))))
                    .singleElement()
                    .satisfies(found -> {
                        assertThat(found.topic()).isEqualTo(i % 2 == 0 ? "plain" : "other");
                        assertThat(found.key()).isEqualTo("key-" + i % 10);
                        assertThat(found.tag()).isEqualTo("tag");
                        assertThat(found.sizeBytes()).isEqualTo(1000);
                        assertThat(found.storedAtMs()).isEqualTo(START_MS + 1000L * (i + 1));
                        assertThat(found.status()).isEqualTo(Status.COMMITTED);
                    });
        }
        assertThat(all(FindRequest.byId(MessageId.of("m-" + MESSAGES)))).isEmpty();
    }

    @Test
    void byKeyPageByPageInBothOrders() {
        FindRequest request = FindRequest.byKey("plain", "key-4").withLimit(7);
        assertThat(ids(all(request.oldestFirst()))).isEqualTo(expected(4, MESSAGES, 10));
        List<String> newest = new ArrayList<>(expected(4, MESSAGES, 10));
        Collections.reverse(newest);
        assertThat(ids(all(request))).isEqualTo(newest);
        assertThat(ids(all(FindRequest.byKey("key-4").oldestFirst()))).isEqualTo(expected(4, MESSAGES, 10));
        assertThat(all(FindRequest.byKey("other", "key-4"))).isEmpty();
        assertThat(all(FindRequest.byKey("key-11"))).isEmpty();
    }

    @Test
    void byEachOfSeveralKeysAndByAllOfThemAsTheyWereSent() throws IOException {
        engine.send(message("two", "plain", "two-1 two-2", 0)).join();
        engine.send(message("odd", "other", " two-2  three-3", 0)).join();
        for (int round = 0; round < 2; round++) {
            assertThat(ids(all(FindRequest.byKey("two-1")))).containsExactly("two");
            assertThat(ids(all(FindRequest.byKey("two-2")))).containsExactly("odd", "two");
            assertThat(ids(all(FindRequest.byKey("plain", "two-2")))).containsExactly("two");
            assertThat(ids(all(FindRequest.byKey("three-3")))).containsExactly("odd");
            assertThat(ids(all(FindRequest.byKey("two-1 two-2")))).containsExactly("two");
            assertThat(all(FindRequest.byKey("two"))).isEmpty();
            assertThat(all(FindRequest.byKey(""))).isEmpty();
            // Once read from the newest segment, and once found by an index.
            for (int i = 0; i < 200; i++) {
                engine.send(message("later-" + i, "plain", null, 0)).join();
            }
            engine.maintain();
        }
    }

    @Test
    void byTopicAndTimeOnlyThatPartOfTheLogIsRead() {
        FindRequest request = FindRequest.byTopic("plain")
                .between(START_MS + 100_000, START_MS + 120_000)
                .oldestFirst();
        assertThat(ids(all(request))).isEqualTo(expected(100, 120, 2));
        assertThat(ids(all(request.withLimit(3)))).isEqualTo(expected(100, 120, 2));

        long before = storage.bytesRead("segment-");
        assertThat(ids(all(request.withLimit(1000)))).hasSize(10);
        // The stretches at both ends, and the newest segment, which has no index.
        assertThat(storage.bytesRead("segment-") - before).isLessThan(2 * 2 * (128 << 10) + (256 << 10));
        assertThat(all(FindRequest.byTopic("plain").between(0, START_MS))).isEmpty();
    }

    @Test
    void aFoundMessageHasItsStatus() throws IOException {
        prepare("committed", Decision.COMMIT);
        prepare("rolled-back", Decision.ROLLBACK);
        engine.prepare(message("undecided", "orders", "t", 0), SENDER, Duration.ofDays(1))
                .join();
        engine.send(message("delayed", "later", "t", clock.wallMs() + 3_600_000))
                .join();
        engine.send(message("recalled", "later", "t", clock.wallMs() + 3_600_000))
                .join();
        engine.recall(MessageId.of("recalled"), Party.operator("ann", "wrong price"))
                .join();
        assertThat(all(FindRequest.byKey("t").oldestFirst()))
                .extracting(found -> found.id() + " " + found.status())
                .containsExactly(
                        "committed COMMITTED",
                        "rolled-back ROLLED_BACK",
                        "undecided UNDECIDED",
                        "delayed DELAYED",
                        "recalled RECALLED");
    }

    private void prepare(String id, Decision decision) {
        long position = ((Outcome.Stored) engine.prepare(message(id, "orders", "t", 0), SENDER, Duration.ofDays(1))
                        .join())
                .position();
        assertThat(engine.decide(position, MessageId.of(id), decision, Party.sender("orders-1"))
                        .join())
                .isEqualTo(new Outcome.Decided(decision, false));
    }

    @Test
    void aMessageThatWasCarriedForwardIsFoundOnceAndWithItsOwnTime() throws IOException {
        engine.close();
        engine = open(new EngineConfig.Retention(0, 0));
        engine.prepare(message("old", "orders", "t", 0), SENDER, Duration.ofDays(1))
                .join();
        long storedAtMs = clock.wallMs();
        String home =
                storage.namesOf("segment-").get(storage.namesOf("segment-").size() - 1);
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 200; i++) {
                clock.advance(1000);
                engine.send(message("r-" + round + "-" + i, "other", null, 0)).join();
            }
            engine.maintain();
            clock.advance(120_000);
            engine.maintain();
        }
        assertThat(storage.namesOf("segment-")).doesNotContain(home);
        List<MessageSummary> found = all(FindRequest.byKey("t"));
        assertThat(found).singleElement().satisfies(summary -> {
            assertThat(summary.storedAtMs()).isEqualTo(storedAtMs);
            assertThat(summary.status()).isEqualTo(Status.UNDECIDED);
        });
        assertThat(all(FindRequest.byTopic("orders").between(storedAtMs, storedAtMs)))
                .isEqualTo(found);
        assertThat(all(FindRequest.byId(MessageId.of("old")))).isEqualTo(found);
        assertThat(storage.namesOf("index-").get(0).substring(6, 16))
                .as("no index is older than the log")
                .isEqualTo(storage.namesOf("segment-").get(0).substring(8, 18));
    }

    @Test
    void afterARestartTheSameIsFound() throws IOException {
        List<MessageSummary> before = all(FindRequest.byTopic("other"));
        engine.close();
        engine = open(EngineConfig.Retention.DEFAULT);
        assertThat(all(FindRequest.byTopic("other"))).isEqualTo(before).hasSize(MESSAGES / 2);
    }

    @Test
    void anEmptyRequestIsRefused() {
        assertThatThrownBy(() -> new FindRequest(null, null, null, 0, 1, true, FindRequest.START, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give one of them");
        assertThatThrownBy(() -> FindRequest.byKey("k").withLimit(0)).hasMessageContaining("limit must be from 1");
    }
}
