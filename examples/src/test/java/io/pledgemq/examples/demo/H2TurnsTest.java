package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class H2TurnsTest {
    private static final int LOCK_TIMEOUT = 50200;

    @TempDir
    private Path directory;

    private H2Database database;

    @BeforeEach
    void openWithOneRow() throws DemoException, SQLException {
        database = H2Database.open(directory.resolve("db"));
        try (Connection connection = database.dataSource().getConnection()) {
            execute(connection, "CREATE TABLE stock (sku INTEGER PRIMARY KEY, on_hand INTEGER)");
            execute(connection, "INSERT INTO stock VALUES (1, 10)");
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Connection begin() throws SQLException {
        Connection connection = database.dataSource().getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private static int execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return statement.getUpdateCount();
        }
    }

    /** A statement that ends when somebody was told that it does not. */
    public static final class Hanging {
        private static CompletableFuture<String> until = new CompletableFuture<>();

        private Hanging() {}

        /** Called by H2. */
        public static void hang() {
            until.orTimeout(30, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void aStatementThatHangsIsToldAndOneThatWaitsForARowIsNot() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        JdbcDataSource plain = new JdbcDataSource();
        plain.setURL("jdbc:h2:mem:hangs;LOCK_TIMEOUT=" + H2Turns.LOCK_TIMEOUT_IN_H2_MS);
        try (Connection first = plain.getConnection();
                H2Turns turns = new H2Turns(Duration.ofSeconds(1), () -> told.complete("hangs"));
                Connection holder = turns.of(plain).getConnection();
                Connection waiter = turns.of(plain).getConnection()) {
            // What loads H2's classes is not looked at.
            execute(first, "CREATE TABLE stock (sku INTEGER PRIMARY KEY)");
            execute(first, "INSERT INTO stock VALUES (1)");
            execute(first, "UPDATE stock SET sku = 1");
            holder.setAutoCommit(false);
            execute(holder, "UPDATE stock SET sku = 2");
            try (PreparedStatement limit = waiter.prepareStatement("SET LOCK_TIMEOUT 2000")) {
                limit.execute();
            }
            assertThatThrownBy(() -> execute(waiter, "UPDATE stock SET sku = 3"))
                    .isInstanceOf(SQLException.class);
            assertThat(told).isNotDone();

            Hanging.until = told;
            execute(waiter, "CREATE ALIAS hang FOR '" + Hanging.class.getName() + ".hang'");
            execute(waiter, "CALL hang()");
            assertThat(told).isCompletedWithValue("hangs");
            holder.rollback();
        }
    }

    @Test
    void whoeverWaitsForARowLetsItsHolderGoOn() throws Exception {
        try (Connection holder = begin();
                Connection waiter = begin()) {
            execute(holder, "UPDATE stock SET on_hand = 9 WHERE sku = 1");
            CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return execute(waiter, "UPDATE stock SET on_hand = on_hand - 1 WHERE sku = 1");
                } catch (SQLException e) {
                    return -e.getErrorCode();
                }
            });
            for (int i = 2; i < 50; i++) {
                execute(holder, "INSERT INTO stock VALUES (" + i + ", 0)");
            }
            assertThat(waiting).isNotDone();
            holder.commit();

            assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            waiter.commit();
        }
    }

    @Test
    void theLockTimeoutOfTheSessionHoldsAndGoesBackToTheUsualOne() throws Exception {
        try (Connection holder = begin();
                Connection waiter = begin()) {
            execute(holder, "UPDATE stock SET on_hand = 9 WHERE sku = 1");
            execute(waiter, "SET LOCK_TIMEOUT 50");
            assertThatThrownBy(() -> execute(waiter, "UPDATE stock SET on_hand = 8 WHERE sku = 1"))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(LOCK_TIMEOUT));
            execute(waiter, "SET LOCK_TIMEOUT " + H2Turns.LOCK_TIMEOUT_IN_H2_MS);

            CompletableFuture<Void> release = CompletableFuture.runAsync(
                    () -> rollBack(holder), CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
            assertThat(execute(waiter, "UPDATE stock SET on_hand = 8 WHERE sku = 1"))
                    .isEqualTo(1);
            release.get(30, TimeUnit.SECONDS);
            waiter.rollback();
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
