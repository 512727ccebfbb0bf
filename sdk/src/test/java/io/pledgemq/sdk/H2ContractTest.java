package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.jdbc.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract on H2, in files that are written at COMMIT. */
final class H2ContractTest extends ContractTest implements DatabaseKind {
    private Path directory = Path.of("");

    @BeforeEach
    @Override
    void open() throws Exception {
        directory = Files.createTempDirectory("pledge-h2");
        super.open();
    }

    @AfterEach
    @Override
    void close() throws SQLException {
        super.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    DatabaseKind kind() {
        return this;
    }

    @Override
    public String newDatabaseUrl() {
        return "jdbc:h2:file:" + directory.resolve(UUID.randomUUID().toString()) + ";WRITE_DELAY=0;DB_CLOSE_DELAY=-1";
    }

    @Override
    public String user() {
        return "sa";
    }

    @Override
    public String lockTimeoutQuery() {
        return "SELECT LOCK_TIMEOUT()";
    }

    @Override
    public void killSessions(World world) throws SQLException {
        try (Connection admin = world.pool.getConnection();
                Statement sql = admin.createStatement()) {
            List<Integer> sessions = new ArrayList<>();
            try (ResultSet rows = sql.executeQuery(
                    "SELECT SESSION_ID FROM INFORMATION_SCHEMA.SESSIONS WHERE SESSION_ID <> SESSION_ID()")) {
                while (rows.next()) {
                    sessions.add(rows.getInt(1));
                }
            }
            for (int session : sessions) {
                sql.execute("CALL ABORT_SESSION(" + session + ")");
            }
            world.pool.getHikariPoolMXBean().softEvictConnections();
        }
    }

    @Test
    void writeDelayIsWarnedAbout() {
        JdbcDataSource lazy = new JdbcDataSource();
        lazy.setURL("jdbc:h2:file:" + directory.resolve("lazy"));
        lazy.setUser("sa");
        Database.createTables(lazy);
        assertThat(Database.open(lazy).durabilityWarning()).get().asString().contains("WRITE_DELAY=0");
        assertThat(world().mq.database().durabilityWarning()).isEmpty();
    }

    @Test
    void keysAreCaseSensitiveEvenIfTheDatabaseIsNot() throws Exception {
        JdbcDataSource careless = new JdbcDataSource();
        careless.setURL("jdbc:h2:file:" + directory.resolve("careless") + ";IGNORECASE=TRUE");
        careless.setUser("sa");
        Database.createTables(careless);
        try (Connection connection = careless.getConnection();
                Statement sql = connection.createStatement()) {
            String insert = "INSERT INTO pledge_inbox (message_id, consumer_group, state, revision) VALUES ('m', '";
            sql.execute(insert + "Warehouse', 'CONSUMED', 0)");
            sql.execute(insert + "warehouse', 'CONSUMED', 0)");
        }
    }

    @Test
    void upgradeThatWouldMergeKeysIsRefused() throws Exception {
        JdbcDataSource careless = new JdbcDataSource();
        careless.setURL("jdbc:h2:file:" + directory.resolve("older") + ";IGNORECASE=TRUE");
        careless.setUser("sa");
        try (Connection connection = careless.getConnection();
                Statement sql = connection.createStatement()) {
            for (String statement : SchemaContract.versionOne("h2")) {
                sql.execute(statement);
            }
        }
        assertThatThrownBy(() -> Database.createTables(careless))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("IGNORECASE");
        careless.setURL("jdbc:h2:file:" + directory.resolve("older"));
        try (Connection connection = careless.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("SET IGNORECASE FALSE");
        }
        Database.createTables(careless);
        assertThat(Database.open(careless).id()).isNotEmpty();
    }

    @Test
    void swallowedDeadlockDoesNotCommitWhatIsLeft() throws Exception {
        swallowDeadlock(true);
    }

    @Test
    void swallowedDeadlockBeforeTheFirstSendIsNoticed() throws Exception {
        swallowDeadlock(false);
    }

    /** H2 rolls the youngest of the transactions back, which is the one under test. */
    private void swallowDeadlock(boolean sendBefore) throws Exception {
        world().execute("INSERT INTO orders (id) VALUES ('a'), ('b')");
        CountDownLatch olderHolds = new CountDownLatch(1);
        CountDownLatch bothHold = new CountDownLatch(1);
        FutureTask<Boolean> older = new FutureTask<>(() -> lockInOtherOrder(olderHolds, bothHold));
        new Thread(older).start();
        assertThat(olderHolds.await(20, TimeUnit.SECONDS)).isTrue();
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "before the deadlock");
                    if (sendBefore) {
                        ids.add(tx.send("order-created", "o1", "x"));
                    }
                    try (Statement sql = tx.connection().createStatement()) {
                        sql.execute("UPDATE orders SET id = 'a' WHERE id = 'a'");
                        bothHold.countDown();
                        sql.execute("UPDATE orders SET id = 'b' WHERE id = 'b'");
                    } catch (SQLException swallowed) {
                        assertThat(swallowed.getSQLState()).isEqualTo("40001");
                    }
                    World.order(tx.connection(), "after the deadlock");
                    if (!sendBefore) {
                        ids.add(tx.send("order-created", "o1", "x"));
                    }
                }))
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("has ended the transaction in the middle");
        assertThat(older.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(world().count("orders WHERE id LIKE '%the deadlock'")).isZero();
        assertThat(world().transport.fate(ids.get(0))).isEqualTo("not prepared");
        assertThat(world().transport.published).isEmpty();
    }

    private boolean lockInOtherOrder(CountDownLatch holds, CountDownLatch bothHold) throws Exception {
        try (Connection connection = world().pool.getConnection();
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            sql.execute("UPDATE orders SET id = 'b' WHERE id = 'b'");
            holds.countDown();
            assertThat(bothHold.await(20, TimeUnit.SECONDS)).isTrue();
            sql.execute("UPDATE orders SET id = 'a' WHERE id = 'a'");
            connection.commit();
            return true;
        }
    }
}
