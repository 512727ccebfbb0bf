package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * MariaDB, and MySQL by the same statements (MySQL is not tested). A lock timeout undoes one statement, a deadlock the
 * whole transaction.
 */
final class MySqlDialect extends Dialect {
    private static final int DUPLICATE_KEY = 1062;
    private static final int DUPLICATE_COLUMN = 1060;
    private static final int DUPLICATE_INDEX = 1061;
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
        int before = Integer.parseInt(text(connection, "SELECT @@SESSION.innodb_lock_wait_timeout"));
        execute(connection, "SET SESSION innodb_lock_wait_timeout = " + seconds(limit));
        return () -> execute(connection, "SET SESSION innodb_lock_wait_timeout = " + before);
    }

    @Override
    void insertWithin(Connection connection, Duration limit, String insert, Object... parameters) throws SQLException {
        if (mariaDb) {
            String sql = "SET STATEMENT innodb_lock_wait_timeout = " + seconds(limit) + " FOR " + insert;
            execute(connection, sql, parameters);
        } else {
            super.insertWithin(connection, limit, insert, parameters);
        }
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

    private static long seconds(Duration limit) {
        return Math.max(1, limit.toSeconds());
    }
}
