package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A request that exceeds a limit or is invalid gets a typed refusal that says what, why and what to do; and the engine
 * goes on.
 */
class RefusalsTest {
    private static final Limits LIMITS = new Limits(100, 2, 64, 3, 2, 60_000, 1, 1 << 20, Limits.Rows.DEFAULT);
    private static final Sender SENDER = new Sender("orders", "orders-1");

    @TempDir
    Path directory;

    private Engine engine;

    @BeforeEach
    void open() throws Exception {
        engine = Engine.open(directory, EngineConfig.defaults().withLimits(LIMITS));
        assertThat(create("plain", TopicType.NORMAL)).isEqualTo(Outcome.DONE);
        assertThat(create("orders", TopicType.TRANSACTION)).isEqualTo(Outcome.DONE);
    }

    @AfterEach
    void close() throws Exception {
        assertThat(engine.send(Message.of("after", "plain", new byte[0])).join())
                .isInstanceOf(Outcome.Stored.class);
        engine.close();
    }

    private Outcome create(String name, TopicType type) {
        return engine.createTopic(new TopicConfig(name, type)).join();
    }

    private static void refused(CompletableFuture<Outcome> answer, Refusal why, String... words) {
        assertThat(answer.join()).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.why()).isEqualTo(why);
            assertThat(refused.text()).contains(words);
        });
    }

    @Test
    void aBodyOverTheLimit() {
        refused(
                engine.send(Message.of("m", "plain", new byte[101])),
                Refusal.BODY_TOO_LARGE,
                "101",
                "bodyBytes=100",
                "send a reference");
    }

    @Test
    void propertiesOverTheLimit() {
        Message message = Message.of("m", "plain", new byte[0]);
        Map<String, String> tooMany = Map.of("a", "1", "b", "2", "c", "3");
        refused(engine.send(message.withProperties(tooMany)), Refusal.PROPERTIES_TOO_LARGE, "properties=2");
        refused(engine.send(message.withKey("k".repeat(65))), Refusal.PROPERTIES_TOO_LARGE, "propertiesBytes=64");
    }

    @Test
    void anUnknownTopicOrGroup() {
        refused(engine.send(Message.of("m", "plian", new byte[0])), Refusal.UNKNOWN_TOPIC, "plian", "create the topic");
        refused(engine.subscribe("nobody", "plain", true), Refusal.UNKNOWN_GROUP, "nobody", "create the group");
        ReceiveRequest request = new ReceiveRequest("nobody", "plain", "c", 1, Duration.ZERO, Duration.ofSeconds(1));
        refused(engine.receive(request, null), Refusal.UNKNOWN_GROUP, "nobody");
    }

    @Test
    void aMessageOfAWrongKindForItsTopic() {
        refused(
                engine.send(Message.of("m", "orders", new byte[0])),
                Refusal.WRONG_TOPIC_TYPE,
                "TRANSACTION",
                "prepare it");
        refused(
                engine.prepare(Message.of("m", "plain", new byte[0]), SENDER, Duration.ofSeconds(1)),
                Refusal.WRONG_TOPIC_TYPE,
                "NORMAL");
        refused(
                engine.send(Message.of("m", "plain", new byte[0]).withMessageGroup("g")),
                Refusal.WRONG_TOPIC_TYPE,
                "FIFO");
    }

    @Test
    void moreTopicsGroupsAndHalfMessagesThanAllowed() {
        create("third", TopicType.NORMAL);
        refused(engine.createTopic(new TopicConfig("fourth", TopicType.NORMAL)), Refusal.TOO_MANY_TOPICS, "topics=3");
        engine.putGroup(GroupConfig.of("one")).join();
        engine.putGroup(GroupConfig.of("two")).join();
        refused(engine.putGroup(GroupConfig.of("three")), Refusal.TOO_MANY_GROUPS, "groups=2");
        engine.prepare(Message.of("h-1", "orders", new byte[0]), SENDER, Duration.ofHours(1))
                .join();
        refused(
                engine.prepare(Message.of("h-2", "orders", new byte[0]), SENDER, Duration.ofHours(1)),
                Refusal.TOO_MANY_PREPARED,
                "preparedPerSender=1",
                "decide");
    }

    @Test
    void anIllegalNameAndAContraryConfiguration() {
        refused(engine.createTopic(new TopicConfig("a.b", TopicType.NORMAL)), Refusal.ILLEGAL_NAME, "a.b", "a-z");
        refused(
                engine.createTopic(new TopicConfig("plain", TopicType.FIFO)),
                Refusal.CONFLICT,
                "NORMAL",
                "another name");
    }

    /** A sender of one topic must not reach a pending message of another topic by its id. */
    @Test
    void anIdOfAPendingMessageOfAnotherTopic() {
        create("later", TopicType.DELAY);
        Message half = Message.of("h", "orders", new byte[0]);
        engine.prepare(half, SENDER, Duration.ofHours(1)).join();
        refused(engine.send(Message.of("h", "plain", new byte[0])), Refusal.CONFLICT, "another topic", "new one");
        refused(
                engine.prepare(Message.of("h", "later", new byte[0]), SENDER, Duration.ofHours(1)),
                Refusal.CONFLICT,
                "another topic");
        assertThat(engine.prepare(half, SENDER, Duration.ofHours(1)).join())
                .isInstanceOfSatisfying(Outcome.Stored.class, stored -> assertThat(stored.duplicate())
                        .isTrue());
    }

    @Test
    void aDelayOverTheLimit() {
        create("later", TopicType.DELAY);
        Message message = Message.of("m", "later", new byte[0])
                .withDeliverAtMs(
                        System.currentTimeMillis() + Duration.ofHours(1).toMillis());
        refused(engine.send(message), Refusal.DELAY_TOO_LONG, "delayMs=60000");
    }

    @Test
    void aFilterThatThrowsSkipsNothing() {
        engine.putGroup(GroupConfig.of("one")).join();
        engine.subscribe("one", "plain", true).join();
        engine.send(Message.of("m", "plain", new byte[0])).join();
        ReceiveRequest request =
                new ReceiveRequest("one", "plain", "c", 1, Duration.ofSeconds(5), Duration.ofSeconds(1));
        refused(
                engine.receive(request, message -> {
                    throw new IllegalStateException("no such property");
                }),
                Refusal.FILTER_FAILED,
                "no such property",
                "nothing was skipped");
        assertThat(engine.receive(request, null).join())
                .isInstanceOfSatisfying(Outcome.Received.class, received -> assertThat(received.deliveries())
                        .hasSize(1));
    }
}
