package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.jdbc.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The contract on a real PostgreSQL server. */
final class PostgreSqlContractTest extends ContractTest implements DatabaseKind, SwitchedSchemaContract {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "100")
                .start();
    }

    @AfterAll
    static void stop() throws IOException, SQLException {
        try (Connection admin = server.getPostgresDatabase().getConnection();
                Statement sql = admin.createStatement()) {
            // Otherwise the stop takes longer than the library waits.
            sql.execute("CHECKPOINT");
        }
        server.close();
    }

    @Override
    DatabaseKind kind() {
        return this;
    }

    @Override
    public String newDatabaseUrl() throws SQLException {
        String name = "contract" + DATABASES.incrementAndGet();
        try (Connection admin = server.getPostgresDatabase().getConnection();
                Statement sql = admin.createStatement()) {
            sql.execute("CREATE SCHEMA " + name);
        }
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres?currentSchema=" + name
                + "&ApplicationName=" + name;
    }

    @Override
    public String user() {
        return "postgres";
    }

    @Override
    public String lockTimeoutQuery() {
        return "SHOW lock_timeout";
    }

    @Override
    public String use(World world) {
        return "SET search_path TO " + world.pool.getJdbcUrl().replaceAll(".*=", "");
    }

    @Override
    public void killSessions(World world) throws SQLException {
        String name = world.pool.getJdbcUrl().replaceAll(".*=", "");
        try (Connection admin = server.getPostgresDatabase().getConnection();
                Statement sql = admin.createStatement()) {
            sql.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '" + name
                    + "'");
            world.pool.getHikariPoolMXBean().softEvictConnections();
        }
    }

    @Test
    void commitOfAFailedTransactionIsNotTakenForACommit() throws Exception {
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "o1");
                    ids.add(tx.send("order-created", "o1", "x"));
                    try {
                        World.order(tx.connection(), "o1");
                    } catch (SQLException swallowed) {
                        assertThat(swallowed.getSQLState()).isEqualTo("23505");
                    }
                }))
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("could not be read back");
        assertThat(world().transport.fate(ids.get(0))).isEqualTo("not prepared");
        assertThat(world().count("orders")).isZero();
    }

    @Test
    void deferredConstraintThatFailsAtCommitRollsTheMessageBack() throws Exception {
        world().execute(
                        "CREATE TABLE lines (order_id VARCHAR(50) REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED)");
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    ids.add(tx.send("order-created", "o1", "x"));
                    try (Statement sql = tx.connection().createStatement()) {
                        sql.execute("INSERT INTO lines VALUES ('missing')");
                    }
                }))
                .isInstanceOf(TransactionRolledBackException.class);
        assertThat(world().transport.fate(ids.get(0))).isEqualTo("ROLLBACK");
    }

    @Test
    void asynchronousCommitIsWarnedAbout() {
        PGSimpleDataSource careless = new PGSimpleDataSource();
        careless.setUrl(world().pool.getJdbcUrl() + "&options=-c%20synchronous_commit=off");
        careless.setUser(user());
        assertThat(Database.open(careless).durabilityWarning()).get().asString().contains("synchronous_commit=off");
        assertThat(world().mq.database().durabilityWarning()).isEmpty();
    }
}
