package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A short READ COMMITTED transaction of PledgeMQ's own, on its own connection, that waits for locks about a second. The
 * connection goes back to its pool as it came; what was not committed is rolled back.
 */
final class OwnTransaction implements AutoCloseable {
    static final Duration LOCK_LIMIT = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(OwnTransaction.class);

    private final Connection connection;
    private boolean autoCommitBefore = true;
    private int isolationBefore = Connection.TRANSACTION_READ_COMMITTED;
    private Dialect.LockLimit lockLimit = () -> {};
    private boolean ended;

    private OwnTransaction(Connection connection) {
        this.connection = connection;
    }

    static OwnTransaction begin(Database database) throws SQLException {
        OwnTransaction transaction = new OwnTransaction(database.connection());
        boolean begun = false;
        try {
            transaction.start(database.dialect());
            begun = true;
            return transaction;
        } finally {
            if (!begun) {
                transaction.close();
            }
        }
    }

    private void start(Dialect dialect) throws SQLException {
        autoCommitBefore = connection.getAutoCommit();
        isolationBefore = connection.getTransactionIsolation();
        if (!autoCommitBefore) {
            connection.rollback();
        }
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.setAutoCommit(false);
        Dialect.LockLimit limit = dialect.limitLockWaits(connection, LOCK_LIMIT);
        if (!dialect.lockLimitEndsWithTransaction()) {
            lockLimit = limit;
        }
    }

    Connection connection() {
        return connection;
    }

    void commit() throws SQLException {
        ended = true;
        connection.commit();
    }

    void rollback() throws SQLException {
        ended = true;
        connection.rollback();
    }

    @Override
    public void close() {
        try (Connection closing = connection) {
            if (!ended && !closing.getAutoCommit()) {
                closing.rollback();
            }
            lockLimit.restore();
            if (!autoCommitBefore) {
                closing.rollback();
            }
            closing.setAutoCommit(autoCommitBefore);
            closing.setTransactionIsolation(isolationBefore);
        } catch (SQLException e) {
            LOG.warn("a connection could not be put back as it was; its pool should drop it: {}", e.getMessage());
        }
    }
}
