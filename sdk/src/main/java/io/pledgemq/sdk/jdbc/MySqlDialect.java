package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * MariaDB, and MySQL by the same statements (MySQL is not tested). A lock timeout undoes one statement, a deadlock the
 * whole transaction.
 */
final class MySqlDialect extends Dialect {
    private static final int DUPLICATE_KEY = 1062;
    private static final int NULL_REFUSED = 1048;
    private static final int DUPLICATE_COLUMN = 1060;
    private static final int DUPLICATE_INDEX = 1061;
    private static final int NO_SUCH_SAVEPOINT = 1305;
    private static final int LOCK_TIMEOUT = 1205;
    private static final int DEADLOCK = 1213;
    private static final int CHANGED_SINCE_READ = 1020;

    private final boolean mariaDb;

    MySqlDialect(boolean mariaDb) {
        this.mariaDb = mariaDb;
    }

    @Override
    String name() {
        return "mysql";
    }

    @Override
    LockLimit limitLockWaits(Connection connection, Duration limit) throws SQLException {
        String[] before = text(
                        connection,
                        "SELECT CONCAT(@@SESSION.innodb_lock_wait_timeout, ' ', @@SESSION.lock_wait_timeout)")
                .split(" ", -1);
        // MariaDB knows a wait of 0 s for a row, which is none; MySQL waits a second at least.
        long rowSeconds = mariaDb ? limit.toSeconds() : seconds(limit);
        execute(connection, settings(Long.toString(rowSeconds), Long.toString(seconds(limit))));
        return () -> execute(connection, settings(before[0], before[1]));
    }

    @Override
    void insertWithin(Connection connection, Duration limit, String insert, Object... parameters) throws SQLException {
        if (mariaDb) {
            String sql = "SET STATEMENT innodb_lock_wait_timeout = " + seconds(limit) + ", lock_wait_timeout = "
                    + seconds(limit) + " FOR " + insert;
            execute(connection, sql, parameters);
        } else {
            super.insertWithin(connection, limit, insert, parameters);
        }
    }

    /** A savepoint goes with its transaction: COMMIT, DDL and a deadlock take it away. */
    @Override
    String mark(Connection connection) throws SQLException {
        String mark = "pledge_" + UUID.randomUUID().toString().replace('-', '_');
        execute(connection, "SAVEPOINT " + mark);
        return mark;
    }

    @Override
    String markExpression() {
        return "";
    }

    @Override
    boolean isMarked(Connection connection, String mark) throws SQLException {
        try {
            execute(connection, "RELEASE SAVEPOINT " + mark);
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_SAVEPOINT) {
                return false;
            }
            throw e;
        }
    }

    /** Only MariaDB tells, and reads count as well; MySQL would need a privilege for it. */
    @Override
    boolean hasWritten(Connection connection) throws SQLException {
        return mariaDb && text(connection, "SELECT @@in_transaction").equals("1");
    }

    @Override
    String clockExpression() {
        return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000";
    }

    @Override
    Optional<String> durabilityWarning(Connection connection) throws SQLException {
        String flush = text(connection, "SELECT @@innodb_flush_log_at_trx_commit");
        if (flush.equals("1")) {
            return Optional.empty();
        }
        return Optional.of("innodb_flush_log_at_trx_commit is " + flush
                + ", so a crash loses commits that were reported; set it to 1");
    }

    @Override
    String isolationQuery() {
        return mariaDb ? "SELECT @@tx_isolation" : "SELECT @@transaction_isolation";
    }

    @Override
    Set<String> busyStates() {
        return Set.of("40001");
    }

    @Override
    Set<Integer> busyCodes() {
        return Set.of(LOCK_TIMEOUT, DEADLOCK, CHANGED_SINCE_READ);
    }

    @Override
    boolean isDuplicateCode(SQLException link) {
        return link.getErrorCode() == DUPLICATE_KEY;
    }

    @Override
    boolean isThereAlready(SQLException e) {
        return e.getErrorCode() == DUPLICATE_COLUMN || e.getErrorCode() == DUPLICATE_INDEX;
    }

    @Override
    int nullRefusedCode() {
        return NULL_REFUSED;
    }

    /** Row locks and metadata locks, which LOCK TABLES and DDL hold, have limits of their own. */
    private static String settings(String rowLocks, String metadataLocks) {
        return "SET SESSION innodb_lock_wait_timeout = " + rowLocks + ", SESSION lock_wait_timeout = " + metadataLocks;
    }

    private static long seconds(Duration limit) {
        return Math.max(1, limit.toSeconds());
    }
}
