package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A short READ COMMITTED transaction of PledgeMQ's own, on its own connection, that waits for locks about a second at
 * most and for the network {@link #NETWORK_LIMIT}. It commits only together with a {@link Look}, so never in another
 * database. The connection goes back to its pool as it came; what was not committed is rolled back, and a connection
 * that cannot be rolled back is aborted, since {@code setAutoCommit(true)} would commit.
 */
final class OwnTransaction implements AutoCloseable {
    static final Duration LOCK_LIMIT = Duration.ofSeconds(1);
    /** How long an answer of the database may take; a network that swallows packets must not hold up a check. */
    static final Duration NETWORK_LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(OwnTransaction.class);

    private final Database database;
    private final Connection connection;
    private boolean autoCommitBefore = true;
    private int isolationBefore = Connection.TRANSACTION_READ_COMMITTED;
    private int networkLimitBefore = -1;
    private Dialect.LockLimit lockLimit = () -> {};
    private boolean ended;
    private boolean broken;

    private OwnTransaction(Database database, Connection connection) {
        this.database = database;
        this.connection = connection;
    }

    static OwnTransaction begin(Database database) throws SQLException {
        return begin(database, LOCK_LIMIT);
    }

    static OwnTransaction begin(Database database, Duration lockLimit) throws SQLException {
        OwnTransaction transaction = new OwnTransaction(database, database.ownConnection());
        boolean begun = false;
        try {
            transaction.start(database.dialect(), lockLimit);
            begun = true;
            return transaction;
        } finally {
            if (!begun) {
                transaction.close();
            }
        }
    }

    private void start(Dialect dialect, Duration lockWaits) throws SQLException {
        autoCommitBefore = connection.getAutoCommit();
        networkLimitBefore = NetworkLimit.shorten(connection, NETWORK_LIMIT);
        isolationBefore = connection.getTransactionIsolation();
        if (!autoCommitBefore) {
            connection.rollback();
        }
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.setAutoCommit(false);
        Dialect.LockLimit limit = dialect.limitLockWaits(connection, lockWaits);
        if (!dialect.lockLimitEndsWithTransaction()) {
            lockLimit = limit;
        }
    }

    Connection connection() {
        return connection;
    }

    Look.Sight look(Look look) throws SQLException {
        return look.at(connection, database);
    }

    /** Looks, for the last time, and commits. Returns what it saw. */
    Look.Sight commit(Look look) throws SQLException {
        Look.Sight sight = look(look);
        commitNow();
        return sight;
    }

    /** Looks, for the last time, and commits if all is as expected; rolls back otherwise. */
    Optional<Look.Sight> commitIf(Look look, Predicate<Look.Sight> asExpected) throws SQLException {
        Look.Sight sight = look(look);
        if (asExpected.test(sight)) {
            commitNow();
            return Optional.of(sight);
        }
        connection.rollback();
        ended = true;
        return Optional.empty();
    }

    private void commitNow() throws SQLException {
        boolean done = false;
        try {
            connection.commit();
            done = true;
        } finally {
            ended = done;
            broken = !done;
        }
    }

    @Override
    public void close() {
        boolean clean = false;
        try {
            clean = !broken && putBack();
        } finally {
            if (!clean) {
                Connections.abort(connection);
            }
            Connections.close(connection);
        }
    }

    /** False if the connection is not as it was, and must not be used again. */
    private boolean putBack() {
        try {
            if (!ended && !connection.getAutoCommit()) {
                connection.rollback();
            }
            lockLimit.restore();
            if (!autoCommitBefore) {
                connection.rollback();
            }
            connection.setAutoCommit(autoCommitBefore);
            connection.setTransactionIsolation(isolationBefore);
            NetworkLimit.restore(connection, networkLimitBefore);
            return true;
        } catch (SQLException e) {
            LOG.warn("a connection could not be put back as it was, so it is dropped: {}", e.getMessage());
            return false;
        }
    }
}
