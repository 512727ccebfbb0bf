package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** PostgreSQL. {@code SET LOCAL} ends with the transaction; after any failed statement only rollback is possible. */
final class PostgreSqlDialect extends Dialect {
    private static final String MARK = "pledge.mark";
    private static final String WRITTEN = "txid_current_if_assigned() IS NOT NULL";

    private final String usualLockTimeout;

    /** @param usualLockTimeout what {@code SHOW lock_timeout} says on a fresh connection of the data source */
    PostgreSqlDialect(String usualLockTimeout) {
        this.usualLockTimeout = usualLockTimeout.replace("'", "");
    }

    @Override
    String name() {
        return "postgresql";
    }

    @Override
    LockLimit limitLockWaits(Connection connection, Duration limit) throws SQLException {
        execute(connection, "SET LOCAL lock_timeout = '" + limit.toMillis() + "ms'");
        return () -> execute(connection, "SET LOCAL lock_timeout = '" + usualLockTimeout + "'");
    }

    /** One round trip for three statements: this insert is in the path of every message. */
    @Override
    void insertWithin(Connection connection, Duration limit, String insert, Object... parameters) throws SQLException {
        String sql = "SET LOCAL lock_timeout = '" + limit.toMillis() + "ms'; " + insert + "; SET LOCAL lock_timeout = '"
                + usualLockTimeout + "'";
        execute(connection, sql, parameters);
    }

    /** A setting that ends with its transaction, and that only a savepoint from before it could take back. */
    @Override
    String mark(Connection connection) throws SQLException {
        String mark = newMark();
        String sql = "SELECT " + WRITTEN + ", set_config('" + MARK + "', ?, true)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, mark);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next() || rows.getBoolean(1)) {
                    throw new TransactionNotFreshException();
                }
            }
        }
        return mark;
    }

    /** The mark is a parameter, so that the driver keeps one prepared statement and not one for each mark. */
    @Override
    String markAndInsertWithin(Connection connection, Duration limit, String insert, Object... parameters)
            throws SQLException {
        String mark = newMark();
        String sql = "SELECT set_config('" + MARK + "', ?, true); SET LOCAL lock_timeout = '" + limit.toMillis()
                + "ms'; " + insert + "; SET LOCAL lock_timeout = '" + usualLockTimeout + "'";
        Object[] all = new Object[parameters.length + 1];
        all[0] = mark;
        System.arraycopy(parameters, 0, all, 1, parameters.length);
        execute(connection, sql, all);
        return mark;
    }

    private static String newMark() {
        return UUID.randomUUID().toString();
    }

    @Override
    String markExpression() {
        return "current_setting('" + MARK + "', true)";
    }

    @Override
    boolean hasWritten(Connection connection) throws SQLException {
        return text(connection, "SELECT " + WRITTEN).equals("t");
    }

    @Override
    String clockExpression() {
        return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)";
    }

    @Override
    Optional<String> durabilityWarning(Connection connection) throws SQLException {
        if (text(connection, "SHOW fsync").equals("off")) {
            return Optional.of("PostgreSQL runs with fsync=off, so a power cut loses or damages commits; set it to on");
        }
        String synchronousCommit = text(connection, "SHOW synchronous_commit");
        if (synchronousCommit.equals("off")) {
            return Optional.of("PostgreSQL runs with synchronous_commit=off, so a crash loses commits that were "
                    + "reported; set it to on for this role or database");
        }
        return Optional.empty();
    }

    @Override
    String isolationQuery() {
        return "SHOW transaction_isolation";
    }

    @Override
    Set<String> busyStates() {
        return Set.of("55P03", "40P01", "40001", "57014");
    }

    @Override
    Set<Integer> busyCodes() {
        return Set.of();
    }

    @Override
    boolean isDuplicateCode(SQLException link) {
        return "23505".equals(link.getSQLState());
    }

    @Override
    boolean lockLimitEndsWithTransaction() {
        return true;
    }
}
