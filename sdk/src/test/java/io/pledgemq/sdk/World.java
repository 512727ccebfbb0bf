package io.pledgemq.sdk;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** One service with a fresh database of the kind under test, a scripted engine and a clock. */
final class World implements AutoCloseable {
    final DatabaseKind kind;
    final HikariDataSource pool;
    final BreakableDataSource dataSource;
    final ScriptedTransport transport;
    final MovableClock clock = new MovableClock();
    final PledgeMQ mq;
    /** How far the database's clock is ahead of this host's. */
    volatile Duration databaseAhead = Duration.ZERO;

    private final List<HikariDataSource> more = new ArrayList<>();

    World(DatabaseKind kind) throws SQLException {
        this(kind, new ScriptedTransport());
    }

    World(DatabaseKind kind, ScriptedTransport transport) throws SQLException {
        this.kind = kind;
        this.transport = transport;
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(kind.newDatabaseUrl());
        config.setUsername(kind.user());
        config.setPassword("");
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(5_000);
        pool = new HikariDataSource(config);
        dataSource = new BreakableDataSource(pool);
        execute("CREATE TABLE orders (id VARCHAR(50) PRIMARY KEY)");
        mq = open();
    }

    /** A database of the same kind in which nothing was made yet. */
    DataSource emptyDatabase() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(kind.newDatabaseUrl());
        config.setUsername(kind.user());
        config.setPassword("");
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(0);
        HikariDataSource empty = new HikariDataSource(config);
        more.add(empty);
        return empty;
    }

    /** One more process of the same service. */
    PledgeMQ open() {
        return open(OnEngineDown.FAIL);
    }

    PledgeMQ open(OnEngineDown onEngineDown) {
        return builder().onEngineDown(onEngineDown).open(transport);
    }

    /** With transactions of this isolation level, whatever the database's default is. */
    PledgeMQ openAt(int isolation, OnEngineDown onEngineDown) {
        DataSource isolated = new OnlyConnections() {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = dataSource.getConnection();
                connection.setTransactionIsolation(isolation);
                return connection;
            }
        };
        return builder(isolated).onEngineDown(onEngineDown).open(transport);
    }

    PledgeMQBuilder builder() {
        return builder(dataSource);
    }

    /** Its background work on the database waits until a test asks for it, and time stands still. */
    private PledgeMQBuilder builder(DataSource source) {
        PledgeMQBuilder builder = PledgeMQ.builder(source)
                .service("orders")
                .clock(clock)
                .cleanUpEvery(Duration.ofDays(1))
                .relayEvery(Duration.ofDays(1));
        builder.databaseClock = databaseMs -> clock.millis() + databaseAhead.toMillis();
        builder.beatEvery = Duration.ofDays(1);
        builder.nanoTime = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
        return builder;
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void order(Connection connection, String id) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO orders (id) VALUES ('" + id + "')");
        }
    }

    int count(String tableAndCondition) throws SQLException {
        return Integer.parseInt(text("SELECT COUNT(*) FROM " + tableAndCondition));
    }

    String text(String query) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }

    String barrier(String messageId) throws SQLException {
        return text("SELECT state FROM pledge_barrier WHERE message_id = '" + messageId + "'");
    }

    String inbox(String group, String messageId) throws SQLException {
        return text("SELECT state FROM pledge_inbox WHERE message_id = '" + messageId + "' AND consumer_group = '"
                + group + "'");
    }

    /** Sends one message in a transaction that commits. */
    OutgoingMessage sent(String topic) throws SQLException {
        String id = mq.callInTransaction(tx -> tx.send(topic, "key", "payload"));
        List<OutgoingMessage> committed = transport.committed(topic);
        return committed.stream()
                .filter(message -> message.messageId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws SQLException {
        dataSource.away = false;
        dataSource.releaseStuck();
        mq.close();
        more.forEach(HikariDataSource::close);
        pool.close();
    }
}
