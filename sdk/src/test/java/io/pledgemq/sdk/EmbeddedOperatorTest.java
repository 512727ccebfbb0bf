package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.OperatorDesk;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.view.DeadLetterView;
import io.pledgemq.engine.view.TopicView;
import io.pledgemq.sdk.embedded.EmbeddedTransport;
import io.pledgemq.sdk.embedded.UnknownTopics;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.transport.Transport;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do at an embedded engine, and what the code may not undo. */
final class EmbeddedOperatorTest {
    private static final Party ANN = Party.operator("ann", "looked into it");
    private final JdbcConnectionPool database =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        database.dispose();
    }

    private EmbeddedTransport engine(UnknownTopics unknownTopics) {
        return EmbeddedTransport.open(
                directory.resolve("engine"),
                EngineConfig.defaults().withOnAlert(alert -> {}),
                Duration.ofSeconds(10),
                unknownTopics);
    }

    private static void subscribe(PledgeMQ mq, int attempts) {
        SubscriptionOptions options = SubscriptionOptions.standard()
                .retry(RetryPolicy.fixed(Duration.ofMillis(10)).maxAttempts(attempts));
        mq.subscribe("order-created", "warehouse", String.class, options, (tx, message) -> {});
    }

    private static GroupConfig warehouse(EmbeddedTransport transport) {
        return transport.engine().desk().groupConfig("warehouse").join().orElseThrow();
    }

    /** Opens everything, subscribes with so many attempts, and says what the group is like then. */
    private GroupConfig afterStartWith(int attempts) {
        try (EmbeddedTransport transport = engine(UnknownTopics.CREATE);
                PledgeMQ mq = PledgeMQ.builder(database).open(transport)) {
            subscribe(mq, attempts);
            return warehouse(transport);
        }
    }

    private void operatorSets(int attempts) {
        try (EmbeddedTransport transport = engine(UnknownTopics.CREATE)) {
            GroupConfig config = warehouse(transport);
            transport
                    .engine()
                    .putGroup(config.withRetry(attempts, config.retry())
                            .withDeadLetterBlocks(true)
                            .withOnExhausted(OnExhausted.COMPENSATE))
                    .join();
        }
    }

    @Test
    void theEngineKnowsUndosByTheSamePrefix() {
        assertThat(Transport.UNDO_PREFIX).isEqualTo(TopicConfig.UNDO_PREFIX);
    }

    @Test
    void whatAnOperatorChangedStaysUntilTheCodeChanges() {
        assertThat(afterStartWith(3).maxAttempts()).isEqualTo(3);
        operatorSets(99);
        GroupConfig kept = afterStartWith(3);
        assertThat(kept.maxAttempts()).isEqualTo(99);
        assertThat(kept.onExhausted()).isEqualTo(OnExhausted.COMPENSATE);
        GroupConfig changed = afterStartWith(4);
        assertThat(changed.maxAttempts()).isEqualTo(4);
        assertThat(changed.onExhausted()).isEqualTo(OnExhausted.PARK);
        assertThat(changed.deadLetterBlocks()).isTrue();
    }

    @Test
    void groupThatAnOperatorMadeBeforehandIsLeftAlone() {
        try (EmbeddedTransport transport = engine(UnknownTopics.CREATE)) {
            GroupConfig made = GroupConfig.of("warehouse");
            transport.engine().putGroup(made).join();
            assertThat(warehouse(transport)).isEqualTo(made);
        }
        assertThat(afterStartWith(3).maxAttempts()).isEqualTo(GroupConfig.DEFAULT_ATTEMPTS);
    }

    @Test
    void groupThatKeepsNoOrderCannotReadAFifoTopic() {
        try (EmbeddedTransport transport = engine(UnknownTopics.CREATE);
                PledgeMQ mq = PledgeMQ.builder(database).open(transport)) {
            transport.createFifoTopic("order-created");
            transport.engine().putGroup(GroupConfig.of("warehouse")).join();
            assertThatThrownBy(() -> subscribe(mq, 3))
                    .isInstanceOf(MessageRefusedException.class)
                    .hasMessageContaining("use another name");
        }
    }

    @Test
    void strictTransportRefusesUnknownTopics() {
        try (EmbeddedTransport transport = engine(UnknownTopics.REFUSE);
                PledgeMQ mq = PledgeMQ.builder(database).open(transport)) {
            assertThatThrownBy(() -> mq.inTransaction(tx -> {
                        tx.send("order-craeted", "o1", "x");
                    }))
                    .isInstanceOfSatisfying(MessageRefusedException.class, refused -> assertThat(refused.reason())
                            .isEqualTo(Reason.UNKNOWN_TOPIC))
                    .hasMessageContaining("'order-craeted' does not exist")
                    .hasMessageContaining("createTopic");
            assertThatThrownBy(() -> subscribe(mq, 3))
                    .isInstanceOf(MessageRefusedException.class)
                    .hasMessageContaining("'order-created' does not exist");
            assertThatThrownBy(() -> mq.onCompensate("order-created", String.class, (tx, undo) -> {}))
                    .isInstanceOf(MessageRefusedException.class);
            assertThat(transport.engine().desk().stats().join().topics()).isEmpty();
            transport.createTopic("order-created");
            subscribe(mq, 3);
            mq.onCompensate("order-created", String.class, (tx, undo) -> {});
            mq.inTransaction(tx -> {
                tx.send("order-created", "o1", "x");
            });
        }
    }

    @Test
    void topicThatAnOperatorGaveMoreQueuesKeepsThem() {
        try (EmbeddedTransport transport = engine(UnknownTopics.CREATE);
                PledgeMQ mq = PledgeMQ.builder(database).open(transport)) {
            transport
                    .engine()
                    .createTopic(new TopicConfig("order-created", TopicType.TRANSACTION, 16))
                    .join();
            transport.createTopic("order-created");
            subscribe(mq, 3);
            mq.inTransaction(tx -> {
                tx.send("order-created", "o1", "x");
            });
            assertThat(transport.engine().desk().topics().join())
                    .filteredOn(topic -> topic.name().equals("order-created"))
                    .extracting(TopicView::queues)
                    .containsExactly(16);
        }
    }

    @Test
    void compensationOlderThanTheInboxWaitsForAnOperatorWhoMayInsist() throws Exception {
        MovableClock clock = new MovableClock();
        AtomicBoolean fail = new AtomicBoolean(true);
        execute("CREATE TABLE facts (id VARCHAR(50) PRIMARY KEY)");
        PledgeMQBuilder builder = PledgeMQ.builder(database).clock(clock).cleanUpEvery(Duration.ofDays(1));
        builder.databaseClock = databaseMs -> clock.millis();
        try (EmbeddedTransport transport = engine(UnknownTopics.CREATE);
                PledgeMQ mq = builder.open(transport)) {
            SubscriptionOptions once = SubscriptionOptions.standard()
                    .retry(RetryPolicy.fixed(Duration.ofMillis(10)).maxAttempts(1));
            mq.subscribe("order-created", "warehouse", String.class, once, (tx, message) -> {
                if (fail.get()) {
                    throw new IllegalStateException("no stock");
                }
                execute(tx.connection(), "INSERT INTO facts VALUES ('" + message.payload() + message.revision() + "')");
            });
            mq.inTransaction(tx -> {
                tx.send("order-created", "o1", "o1");
            });
            OperatorDesk desk = transport.engine().desk();
            DeadLetterView failed = openDeadLetter(desk, "no stock");
            fail.set(false);
            clock.move(CleanupContract.PAST_RETENTION);
            mq.cleanUp();
            desk.compensate(failed, ANN).join();
            DeadLetterView tooOld = openDeadLetter(desk, "older than the inbox");
            assertThat(facts()).isZero();
            desk.retry(tooOld, ANN).join();
            DeadLetterView again = openDeadLetter(desk, "older than the inbox");
            assertThat(again.revision()).isGreaterThan(tooOld.revision());
            desk.retryEvenIfOld(again, ANN).join();
            Eventually.holds(() -> facts() == 1);
            Eventually.holds(() -> desk.deadLetters("warehouse", 0, 10).items().isEmpty());
        }
    }

    private static DeadLetterView openDeadLetter(OperatorDesk desk, String reason) throws Exception {
        Eventually.holds(() -> open(desk, reason).size() == 1);
        return open(desk, reason).get(0);
    }

    private static List<DeadLetterView> open(OperatorDesk desk, String reason) {
        return desk.deadLetters("warehouse", 0, 10).items().stream()
                .filter(dead -> dead.status() == DeadLetterView.Status.OPEN
                        && dead.reason().contains(reason))
                .toList();
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = database.getConnection()) {
            execute(connection, sql);
        }
    }

    private static void execute(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int facts() throws Exception {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM facts")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
