package io.pledgemq.sdk.jdbc;

import io.pledgemq.sdk.errors.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** H2 2.x. Its lock timeout is a session setting in milliseconds, outside of transactions. */
final class H2Dialect extends Dialect {
    private static final int DUPLICATE_KEY = 23505;
    private static final int LOCK_TIMEOUT = 50200;
    private static final int DEADLOCK = 40001;
    private static final int CONCURRENT_UPDATE = 90131;

    static void requireUsableMode(Connection connection) throws SQLException {
        String mode =
                text(connection, "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'MODE'");
        if (mode.equalsIgnoreCase("Oracle")) {
            throw new DatabaseException(
                    "H2 in MODE=Oracle stores an empty text as NULL, and the PledgeMQ tables hold "
                            + "empty texts; nothing was created. Use another mode (Regular, PostgreSQL, MySQL, MariaDB, DB2, ...)");
        }
    }

    /** ALTER TABLE rebuilds the table under the present IGNORECASE, and would merge groups that differ in case. */
    @Override
    void requireUpgradable(Connection connection) throws SQLException {
        String ignoreCase = text(
                connection, "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'IGNORECASE'");
        if (ignoreCase.equals("1") || ignoreCase.equalsIgnoreCase("true")) {
            throw new DatabaseException("the PledgeMQ tables are of version 1, and H2 would make their keys "
                    + "case-insensitive in an upgrade under IGNORECASE=TRUE; nothing was changed. Open the database once "
                    + "with IGNORECASE=FALSE, run SET IGNORECASE FALSE, upgrade, and set it back");
        }
    }

    @Override
    String name() {
        return "h2";
    }

    @Override
    LockLimit limitLockWaits(Connection connection, Duration limit) throws SQLException {
        int before = Integer.parseInt(text(connection, "SELECT LOCK_TIMEOUT()"));
        execute(connection, "SET LOCK_TIMEOUT " + limit.toMillis());
        return () -> execute(connection, "SET LOCK_TIMEOUT " + before);
    }

    /** H2 numbers a transaction once it has written; a savepoint would outlive a COMMIT (seen with 2.3). */
    @Override
    String mark(Connection connection) throws SQLException {
        if (hasWritten(connection)) {
            throw new TransactionNotFreshException();
        }
        String name = "mark-" + UUID.randomUUID();
        execute(connection, "INSERT INTO pledge_meta (name, meta_value) VALUES (?, '')", name);
        execute(connection, "DELETE FROM pledge_meta WHERE name = ?", name);
        return text(connection, "SELECT TRANSACTION_ID()");
    }

    @Override
    String markExpression() {
        return "TRANSACTION_ID()";
    }

    @Override
    boolean hasWritten(Connection connection) throws SQLException {
        return text(connection, "SELECT TRANSACTION_ID() IS NOT NULL").equals("TRUE");
    }

    @Override
    String clockExpression() {
        return "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)";
    }

    @Override
    Optional<String> durabilityWarning(Connection connection) throws SQLException {
        String delay = text(
                connection, "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'");
        if (connection.getMetaData().getURL().startsWith("jdbc:h2:mem:")) {
            return Optional.of("H2 in memory keeps nothing when the process ends; use a file with WRITE_DELAY=0");
        }
        if (delay.equals("0")) {
            return Optional.empty();
        }
        return Optional.of("H2 writes up to " + (delay.isEmpty() ? "500" : delay)
                + " ms after COMMIT has returned, so a crash loses commits; add ;WRITE_DELAY=0 to the URL");
    }

    @Override
    String isolationQuery() {
        return "SELECT ISOLATION_LEVEL FROM INFORMATION_SCHEMA.SESSIONS WHERE SESSION_ID = SESSION_ID()";
    }

    @Override
    Set<String> busyStates() {
        return Set.of("40001", "HYT00");
    }

    @Override
    Set<Integer> busyCodes() {
        return Set.of(LOCK_TIMEOUT, DEADLOCK, CONCURRENT_UPDATE);
    }

    @Override
    boolean isDuplicateCode(SQLException link) {
        return link.getErrorCode() == DUPLICATE_KEY;
    }
}
