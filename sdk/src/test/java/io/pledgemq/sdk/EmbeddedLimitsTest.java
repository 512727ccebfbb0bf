package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.sdk.embedded.EmbeddedTransport;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.retry.WhenExhausted;
import io.pledgemq.sdk.transport.TopicKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits that the SDK checks are those of the real engine. */
final class EmbeddedLimitsTest {
    @TempDir
    Path directory;

    private EmbeddedTransport engine;
    private PledgeMQ mq;

    @BeforeEach
    void open() {
        engine = EmbeddedTransport.open(
                directory, EngineConfig.defaults().withOnAlert(alert -> {}), Duration.ofSeconds(10));
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        source.setUser("sa");
        mq = PledgeMQ.builder(source).onEngineDown(OnEngineDown.OUTBOX).open(engine);
        engine.createTopic("plain");
        engine.createFifoTopic("ordered");
        engine.createDelayTopic("later");
    }

    @AfterEach
    void close() {
        mq.close();
        engine.close();
    }

    @Test
    void engineTakesWhatIsAtTheLimits() {
        Message many = Message.of("plain", "k", new byte[engine.limits().bodyBytes()]);
        for (int i = 0; i < engine.limits().properties() - MessageLimits.OWN_PROPERTIES; i++) {
            many = many.with("p" + i, "v");
        }
        int free = engine.limits().propertiesBytes() - MessageLimits.OWN_BYTES - "kp".length();
        Duration longest = engine.limits().longestDelay();
        List<Message> messages = List.of(
                many,
                Message.of("plain", "k", "x").with("p", "v".repeat(free)),
                Message.of("plain", "k", "x").with("p", "界".repeat(free / 3)),
                Message.of("later", "k", "x")
                        .notBefore(Instant.now().plus(longest).minusSeconds(60)),
                Message.of("ordered", "k", "x").inGroup("g"));
        for (Message message : messages) {
            mq.inTransaction(tx -> tx.send(message));
        }
        long stored = engine.engine().desk().topics().join().stream()
                .mapToLong(topic -> topic.stored())
                .sum();
        assertThat(stored).isEqualTo(messages.size());
    }

    @Test
    void messageAtTheLimitsCanBeUndone() throws Exception {
        AtomicInteger undone = new AtomicInteger();
        SubscriptionOptions once = SubscriptionOptions.standard()
                .retry(RetryPolicy.fixed(Duration.ofMillis(1)).maxAttempts(1))
                .whenExhausted(WhenExhausted.COMPENSATE);
        mq.onCompensate("plain", byte[].class, (tx, message) -> undone.incrementAndGet());
        mq.subscribe("plain", "g", byte[].class, once, (tx, message) -> {
            throw new IllegalStateException("界".repeat(8_000));
        });
        int free = engine.limits().propertiesBytes() - MessageLimits.OWN_BYTES - "kp".length();
        mq.inTransaction(tx -> tx.send(Message.of("plain", "k", "x").with("p", "v".repeat(free))));
        Eventually.holds(() -> undone.get() == 1);
    }

    @Test
    void reasonOfAnUndoIsCutBetweenCharacters() {
        assertThat(MessageLimits.cut("short")).isEqualTo("short");
        assertThat(MessageLimits.cut("x" + "\uD83D\uDE00".repeat(MessageLimits.MAX_REASON)))
                .hasSize(MessageLimits.MAX_REASON - 1)
                .endsWith("\uD83D\uDE00");
    }

    @Test
    void topicOfTheWrongTypeIsKnownWhenTheEngineHasStopped() {
        engine.engine().ensureTopic("normal", TopicType.NORMAL).join();
        refused(Message.of("normal", "k", "x"));
        engine.close();
        refused(Message.of("plain", "k", "x").inGroup("g"));
        refused(Message.of("ordered", "k", "x"));
        refused(Message.of("plain", "k", "x").notBefore(Instant.now().plusSeconds(60)));
        refused(Message.of("normal", "k", "x"));
    }

    private void refused(Message message) {
        assertThatThrownBy(() -> mq.inTransaction(tx -> tx.send(message)))
                .isInstanceOfSatisfying(MessageRefusedException.class, refusal -> assertThat(refusal.reason())
                        .isEqualTo(Reason.WRONG_TOPIC_TYPE));
    }

    @Test
    void topicThatWasDeletedAndCreatedAnewIsTakenForWhatItIs() {
        assertThat(engine.topicKind("plain")).contains(TopicKind.TRANSACTION);
        engine.engine().deleteTopic("plain").join();
        engine.engine().ensureTopic("plain", TopicType.FIFO).join();
        mq.inTransaction(tx -> tx.send(Message.of("plain", "k", "x").inGroup("g")));
        assertThat(engine.topicKind("plain")).contains(TopicKind.FIFO);
    }
}
