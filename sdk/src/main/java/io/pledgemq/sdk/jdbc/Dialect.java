package io.pledgemq.sdk.jdbc;

import io.pledgemq.sdk.errors.DatabaseException;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What differs between databases: lock timeouts, error codes, scripts and signs of poor durability. */
public abstract sealed class Dialect permits H2Dialect, PostgreSqlDialect, MySqlDialect {
    /** Puts back what was changed for the session. */
    interface LockLimit {
        void restore() throws SQLException;
    }

    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        String name = product.toLowerCase(Locale.ROOT);
        if (name.equals("h2")) {
            H2Dialect.requireUsableMode(connection);
            return new H2Dialect();
        } else if (name.equals("postgresql")) {
            return new PostgreSqlDialect(text(connection, "SHOW lock_timeout"));
        } else if (name.equals("mariadb") || name.equals("mysql")) {
            String version = text(connection, "SELECT VERSION()");
            return new MySqlDialect(version.toLowerCase(Locale.ROOT).contains("mariadb"));
        }
        throw new DatabaseException(
                "expected H2, PostgreSQL, MariaDB or MySQL, actual " + product + "; PledgeMQ has no dialect for it");
    }

    /** Folder of the scripts and name in messages: h2, postgresql or mysql. */
    abstract String name();

    /** From now on a statement of this session waits at most about this long for a lock. */
    abstract LockLimit limitLockWaits(Connection connection, Duration limit) throws SQLException;

    /** Returns what makes commits of this session less than durable, and how to change it. */
    abstract Optional<String> durabilityWarning(Connection connection) throws SQLException;

    /** Returns one text: the isolation level of the session's transaction. */
    abstract String isolationQuery();

    /** True if each statement sees what was committed before it, and not what was when the transaction began. */
    final boolean seesLatestCommits(Connection connection) throws SQLException {
        String level =
                text(connection, isolationQuery()).toLowerCase(Locale.ROOT).replace('-', ' ');
        return level.equals("read committed") || level.equals("read uncommitted");
    }

    /** SQL states and vendor codes that mean: somebody else holds or held the row, try again. */
    abstract Set<String> busyStates();

    abstract Set<Integer> busyCodes();

    abstract boolean isDuplicateCode(SQLException link);

    /**
     * Marks the transaction that begins with this statement. Whatever ends it (a deadlock, DDL, COMMIT as SQL text)
     * takes the mark away, and nothing inside of it can.
     *
     * @return what {@link #markExpression} or {@link #isMarked} has to find before COMMIT
     * @throws TransactionNotFreshException if something was written before, so that the mark would prove nothing
     */
    abstract String mark(Connection connection) throws SQLException;

    /** An SQL expression whose value is the mark; empty where it cannot be read. */
    abstract String markExpression();

    /** For databases whose mark cannot be read: false if it is gone. Also takes it away. */
    boolean isMarked(Connection connection, String mark) throws SQLException {
        return true;
    }

    /** Marks, then executes as {@link #insertWithin} does; in as few round trips as the database allows. */
    String markAndInsertWithin(Connection connection, Duration limit, String insert, Object... parameters)
            throws SQLException {
        String mark = mark(connection);
        insertWithin(connection, limit, insert, parameters);
        return mark;
    }

    /** True if the connection is in a transaction that has written something. */
    abstract boolean hasWritten(Connection connection) throws SQLException;

    /** An SQL expression whose value is the database's clock in ms since 1970. */
    abstract String clockExpression();

    /** Refuses an upgrade that would change what is there. */
    void requireUpgradable(Connection connection) throws SQLException {}

    /** True if a statement of a script failed since its column or index exists. */
    boolean isThereAlready(SQLException e) {
        return false;
    }

    /** Executes one insert that waits for locks at most about this long, and leaves the session as it was. */
    void insertWithin(Connection connection, Duration limit, String insert, Object... parameters) throws SQLException {
        LockLimit lockLimit = limitLockWaits(connection, limit);
        boolean done = false;
        try {
            execute(connection, insert, parameters);
            done = true;
        } finally {
            if (done || !lockLimitEndsWithTransaction()) {
                lockLimit.restore();
            }
        }
    }

    /** True where the end of the transaction restores by itself, and a failed statement leaves one that refuses all. */
    boolean lockLimitEndsWithTransaction() {
        return false;
    }

    final boolean isDuplicateKey(SQLException e) {
        return anyLink(e, this::isDuplicateCode);
    }

    /** A column that takes no NULL was given one. */
    final boolean isNullRefused(SQLException e) {
        return anyLink(e, link -> "23502".equals(link.getSQLState()) || link.getErrorCode() == nullRefusedCode());
    }

    /** For databases without an SQL state of its own for it; -1 where there is one. */
    int nullRefusedCode() {
        return -1;
    }

    /** Lock timeout, deadlock or serialization failure: the other transaction is, or was a moment ago, running. */
    final boolean isBusy(SQLException e) {
        return anyLink(
                e,
                link -> busyStates().contains(String.valueOf(link.getSQLState()))
                        || busyCodes().contains(link.getErrorCode()));
    }

    private static boolean anyLink(SQLException e, Predicate<SQLException> test) {
        SQLException link = e;
        for (int depth = 0; link != null && depth < 100; depth++) {
            if (test.test(link)) {
                return true;
            }
            link = next(link);
        }
        return false;
    }

    private static @Nullable SQLException next(SQLException link) {
        if (link.getNextException() == null && link instanceof BatchUpdateException && link.getCause() != null) {
            return link.getCause() instanceof SQLException cause ? cause : null;
        }
        return link.getNextException();
    }

    static void execute(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.execute();
        }
    }

    static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }
}
