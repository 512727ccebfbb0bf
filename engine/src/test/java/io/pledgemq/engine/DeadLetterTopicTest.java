package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.pledgemq.engine.view.DeadLetterView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The topic that holds a group's dead letters. */
@Timeout(60)
class DeadLetterTopicTest {
    private static final String DEAD_LETTERS = "%DLQ%warehouse";
    private static final Party ANN = Party.operator("ann", "mended");

    @TempDir
    Path directory;

    private Engine engine;

    @BeforeEach
    void open() throws IOException {
        open(EngineConfig.Retention.DEFAULT);
        done(engine.createTopic(new TopicConfig("orders", TopicType.NORMAL)));
        done(engine.putGroup(GroupConfig.of("warehouse").withRetry(1, new RetryPolicy.Fixed(0, 0))));
        done(engine.subscribe("warehouse", "orders", true));
        done(engine.putGroup(GroupConfig.of("reader").withRetry(1, new RetryPolicy.Fixed(0, 0))));
    }

    private void open(EngineConfig.Retention retention) throws IOException {
        engine = Engine.open(
                directory,
                EngineConfig.defaults()
                        .withLimits(
                                new Limits(16 << 10, 16, 1024, 2, 100, 3_600_000, 1000, 1 << 20, Limits.Rows.DEFAULT))
                        .withLog(new LogConfig(128 << 10, 64 << 10, 1))
                        .withRetention(retention)
                        .withSnapshotEveryBytes(64 << 10)
                        .withOnAlert(alert -> {}));
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
    }

    private static void done(CompletableFuture<Outcome> answer) {
        assertThat(answer.join()).isEqualTo(Outcome.DONE);
    }

    private static void refused(CompletableFuture<Outcome> answer, Refusal why, String... words) {
        assertThat(answer.join()).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.why()).isEqualTo(why);
            assertThat(refused.text()).contains(words);
        });
    }

    private List<Delivery> receive(String group, String topic) {
        ReceiveRequest request =
                new ReceiveRequest(group, topic, "c", 32, Duration.ofMillis(200), Duration.ofSeconds(30));
        return ((Outcome.Received) engine.receive(request, null).join()).deliveries();
    }

    private void fail(String group, String topic) {
        for (Delivery delivery : receive(group, topic)) {
            assertThat(engine.fail(delivery.receipt(), "c", Failure.retry("no stock"))
                            .join())
                    .isEqualTo(new Outcome.Failed(true, 0));
        }
    }

    private void letDie(String... bodies) {
        for (String body : bodies) {
            engine.send(Message.of(body, "orders", body.getBytes(StandardCharsets.UTF_8)))
                    .join();
        }
        fail("warehouse", "orders");
    }

    private static List<String> bodies(List<Delivery> deliveries) {
        return deliveries.stream()
                .map(delivery -> new String(delivery.message().body(), StandardCharsets.UTF_8))
                .toList();
    }

    private List<DeadLetterView> open(String group) {
        return engine.desk().deadLetters(group, 0, 10).items();
    }

    @Test
    void deadLettersCanBeReadFromTheFirstOneAndStayOpen() throws IOException {
        letDie("a", "b");
        close();
        open(EngineConfig.Retention.DEFAULT);
        done(engine.subscribe("reader", DEAD_LETTERS, true));
        List<Delivery> read = receive("reader", DEAD_LETTERS);

        assertThat(bodies(read)).containsExactly("a", "b");
        assertThat(read).allSatisfy(delivery -> {
            assertThat(delivery.topic()).isEqualTo(DEAD_LETTERS);
            assertThat(delivery.message().topic()).isEqualTo("orders");
            assertThat(delivery.attempt()).isEqualTo(1);
        });
        read.forEach(delivery -> done(engine.ack(delivery.receipt(), "c", "")));
        assertThat(open("warehouse")).as("reading is not settling").hasSize(2);
        done(engine.desk().skip(open("warehouse").get(0), ANN));
        assertThat(receive("reader", DEAD_LETTERS)).isEmpty();
    }

    @Test
    void anEditedMessageThatDiesAgainIsPublishedAgain() {
        done(engine.subscribe("reader", DEAD_LETTERS, true));
        letDie("a");
        done(engine.desk().edit(open("warehouse").get(0), "a, mended".getBytes(StandardCharsets.UTF_8), ANN));
        fail("warehouse", "orders");
        assertThat(bodies(receive("reader", DEAD_LETTERS))).containsExactly("a", "a, mended");
        assertThat(open("warehouse")).singleElement().satisfies(view -> assertThat(view.revision())
                .isEqualTo(1));
    }

    @Test
    void aDeadLetterOfAReaderGoesToTheReadersTopic() {
        done(engine.subscribe("reader", DEAD_LETTERS, true));
        letDie("a");
        fail("reader", DEAD_LETTERS);
        done(engine.subscribe("warehouse", "%DLQ%reader", true));
        Delivery delivery = receive("warehouse", "%DLQ%reader").get(0);
        assertThat(delivery.message().topic()).isEqualTo("orders");
        assertThat(delivery.topic()).isEqualTo("%DLQ%reader");
    }

    @Test
    void aGroupThatFailsItsOwnDeadLettersDoesNotGetThemAgain() {
        done(engine.subscribe("warehouse", DEAD_LETTERS, true));
        letDie("a");
        fail("warehouse", DEAD_LETTERS);
        assertThat(receive("warehouse", DEAD_LETTERS)).isEmpty();
        assertThat(open("warehouse")).as("both are open").hasSize(2);
    }

    @Test
    void usersCannotSendToTheTopicOrCreateOrDeleteIt() {
        Message message = Message.of("m", DEAD_LETTERS, new byte[0]);
        refused(engine.send(message), Refusal.WRONG_TOPIC_TYPE, "only the engine", "send to the topic");
        refused(
                engine.prepare(message, new Sender("orders", "o-1"), Duration.ofSeconds(1)),
                Refusal.WRONG_TOPIC_TYPE,
                "only the engine");
        refused(
                engine.createTopic(new TopicConfig("%DLQ%nobody", TopicType.NORMAL)),
                Refusal.ILLEGAL_NAME,
                "created with their group");
        done(engine.createTopic(TopicConfig.deadLettersOf("warehouse")));
        refused(engine.deleteTopic(DEAD_LETTERS), Refusal.IN_USE, "delete the group");
        refused(engine.putGroup(GroupConfig.of("g".repeat(121))), Refusal.ILLEGAL_NAME, "1 to 120");
        done(engine.putGroup(GroupConfig.of("g".repeat(120))));
        done(engine.createTopic(new TopicConfig("second", TopicType.NORMAL)));
        refused(engine.createTopic(new TopicConfig("third", TopicType.NORMAL)), Refusal.TOO_MANY_TOPICS, "topics=2");
    }

    @Test
    void aGroupIsDeletedWithItsTopicOnlyWhenNoOtherGroupReadsIt() {
        done(engine.subscribe("reader", DEAD_LETTERS, true));
        letDie("a");
        refused(engine.deleteGroup("warehouse", true), Refusal.IN_USE, "'reader'", DEAD_LETTERS);
        receive("reader", DEAD_LETTERS);
        refused(engine.unsubscribe("reader", DEAD_LETTERS, false), Refusal.IN_USE, "1 messages are being worked on");
        done(engine.unsubscribe("reader", DEAD_LETTERS, true));
        refused(engine.deleteGroup("warehouse", false), Refusal.IN_USE, "1 are open dead letters");
        done(engine.deleteGroup("warehouse", true));
        refused(engine.subscribe("reader", DEAD_LETTERS, true), Refusal.UNKNOWN_TOPIC, DEAD_LETTERS);
        done(engine.putGroup(GroupConfig.of("warehouse")));
        done(engine.subscribe("reader", DEAD_LETTERS, true));
        assertThat(receive("reader", DEAD_LETTERS)).isEmpty();
        assertThat(engine.desk().stats().join().topics())
                .extracting(topic -> topic.name())
                .containsExactly("%DLQ%reader", DEAD_LETTERS, "orders");
    }

    @Test
    void aDeadLetterThatIsCarriedForwardIsStillThereForItsReaders() throws IOException {
        done(engine.subscribe("reader", DEAD_LETTERS, true));
        letDie("a");
        close();
        open(new EngineConfig.Retention(0, 0));
        for (int i = 0; i < 800; i++) {
            engine.send(Message.of("m-" + i, "orders", new byte[1000])).join();
            receive("warehouse", "orders").forEach(delivery -> done(engine.ack(delivery.receipt(), "c", "")));
            if (i % 100 == 0) {
                engine.maintain();
            }
        }
        engine.maintain();
        assertThat(Files.exists(directory.resolve("segment-0000000001.log")))
                .as("its messages were carried forward")
                .isFalse();
        assertThat(bodies(receive("reader", DEAD_LETTERS))).containsExactly("a");
        assertThat(open("warehouse")).hasSize(1);
        assertThat(engine.desk().deadLetters("warehouse", 0, 10).items().get(0).reason())
                .isEqualTo("no stock");
    }
}
