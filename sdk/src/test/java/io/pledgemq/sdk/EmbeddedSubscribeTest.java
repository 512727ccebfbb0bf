package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.sdk.embedded.EmbeddedTransport;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.jdbc.MessageIds;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.retry.WhenExhausted;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a subscriber is told about its topic and its group, at an engine in this process. */
final class EmbeddedSubscribeTest {
    private static final SubscriptionOptions THREE = SubscriptionOptions.standard()
            .retry(RetryPolicy.fixed(Duration.ofSeconds(1)).maxAttempts(3));
    private static final SubscriptionOptions NINE = SubscriptionOptions.standard()
            .retry(RetryPolicy.exponential(Duration.ofSeconds(2), Duration.ofMinutes(4))
                    .maxAttempts(9))
            .whenExhausted(WhenExhausted.COMPENSATE);

    @TempDir
    private Path directory;

    private final JdbcDataSource database = new JdbcDataSource();
    private EmbeddedTransport engine;
    private PledgeMQ mq;

    @BeforeEach
    void open() {
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        database.setUser("sa");
        engine = EmbeddedTransport.open(
                directory, EngineConfig.defaults().withOnAlert(alert -> {}), Duration.ofSeconds(10));
        mq = PledgeMQ.builder(database).instance("first").open(engine);
    }

    @AfterEach
    void close() {
        mq.close();
        engine.close();
    }

    private static Subscription subscribe(PledgeMQ mq, String topic, SubscriptionOptions options) {
        return mq.subscribe(topic, "warehouse", byte[].class, options, (tx, message) -> {});
    }

    @Test
    void secondPolicyOfAGroupIsRefusedAndBothAreShown() {
        Subscription created = subscribe(mq, "order-created", THREE);
        assertThatThrownBy(() -> subscribe(mq, "order-cancelled", NINE))
                .isInstanceOf(IllegalUseException.class)
                .hasMessageContaining("expected one policy for consumer group warehouse")
                .hasMessageContaining("on topic order-created 3 attempts, pauses PT1S, jitter 0.0, then PARK")
                .hasMessageContaining("on topic order-cancelled 9 attempts, pauses PT2S, PT4S, PT8S, PT16S, PT32S ... "
                        + "PT4M, jitter 0.0, then COMPENSATE");
        assertThat(engine.topicKind("order-cancelled")).isEmpty();
        created.close();
        subscribe(mq, "order-cancelled", NINE);
    }

    @Test
    void samePolicyOnSeveralTopicsIsFine() {
        Subscription created = subscribe(mq, "order-created", THREE);
        Subscription cancelled = subscribe(mq, "order-cancelled", THREE.threads(1));
        created.close();
        assertThatThrownBy(() -> subscribe(mq, "order-created", NINE)).isInstanceOf(IllegalUseException.class);
        cancelled.close();
        subscribe(mq, "order-created", NINE);
    }

    @Test
    void anotherInstancesPolicyIsTold() {
        try (PledgeMQ second = PledgeMQ.builder(database).instance("second").open(engine);
                LogLines log = LogLines.of(EmbeddedTransport.class)) {
            engine.createTopic("order-created");
            subscribe(mq, "order-created", THREE);
            try (Subscription same = subscribe(second, "order-created", THREE)) {
                assertThat(same).isNotNull();
                assertThat(log.at(Level.WARN)).isEmpty();
            }
            subscribe(second, "order-created", NINE);
            assertThat(log.only(Level.WARN))
                    .contains("consumer group warehouse has two policies")
                    .contains("instance first declared fifo=false attempts=3")
                    .contains("instance second declares fifo=false attempts=9");
        }
    }

    @Test
    void topicThatIsCreatedForASubscriberIsToldWithTheNameThatMayBeMeant() {
        engine.createTopic("order-created");
        engine.createTopic("stock");
        try (LogLines log = LogLines.of(EmbeddedTransport.class)) {
            subscribe(mq, "order-craeted", THREE);
            assertThat(log.only(Level.WARN))
                    .isEqualTo("topic 'order-craeted' did not exist, and was created for its subscriber warehouse; did "
                            + "you mean 'order-created'?");
            subscribe(mq, "order-craeted", THREE);
            subscribe(mq, "order-created", THREE);
            mq.onCompensate("order-created", byte[].class, (tx, undo) -> {});
            assertThat(log.at(Level.WARN)).hasSize(1);
        }
        try (LogLines log = LogLines.of(EmbeddedTransport.class)) {
            subscribe(mq, "payment", THREE);
            assertThat(log.only(Level.WARN)).endsWith("was created for its subscriber warehouse");
        }
    }

    @Test
    void delayedMessageOfAForeignSenderCountsFromItsDelivery() throws Exception {
        engine.createDelayTopic("later");
        String id = new MessageIds(Clock.offset(Clock.systemUTC(), Duration.ofDays(-10))).next();
        Message message = Message.of(id, "later", new byte[] {1}).withDeliverAtMs(System.currentTimeMillis() + 1);
        Outcome prepared = engine.engine()
                .prepare(message, new Sender("foreign", "foreign-1"), Duration.ofMinutes(1))
                .get(20, TimeUnit.SECONDS);
        engine.engine()
                .decide(
                        ((Outcome.Stored) prepared).position(),
                        message.id(),
                        Decision.COMMIT,
                        Party.sender("foreign-1"))
                .get(20, TimeUnit.SECONDS);
        mq.cleanUp();
        AtomicBoolean applied = new AtomicBoolean();
        mq.subscribe("later", "warehouse", byte[].class, THREE, (tx, delivered) -> applied.set(true));
        Eventually.holds(applied::get);
    }
}
