package io.pledgemq.sdk;

import io.pledgemq.sdk.LocalTransaction.Fate;
import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.errors.OutcomeUnknownException;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.foreign.InterruptAside;
import io.pledgemq.sdk.jdbc.Connections;
import io.pledgemq.sdk.jdbc.Database;
import io.pledgemq.sdk.jdbc.Inbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local transaction with its connection: begun here, committed here, and otherwise rolled back by close. A connection
 * whose COMMIT or rollback failed is aborted, never given back: switching it to auto-commit might commit half an
 * effect.
 */
final class OwnedTransaction implements AutoCloseable {
    private static final AtomicBoolean NESTING_TOLD = new AtomicBoolean();
    private static final ThreadLocal<Integer> DEPTH = ThreadLocal.withInitial(() -> 0);
    private static final Logger LOG = LoggerFactory.getLogger(OwnedTransaction.class);

    private final Connection connection;
    private final boolean autoCommitBefore;
    private final LocalTransaction protocol;
    private boolean commitSent;
    /** COMMIT or rollback was confirmed. */
    private boolean clean;

    private OwnedTransaction(LocalTransaction protocol, Connection connection, boolean autoCommitBefore) {
        this.connection = connection;
        this.autoCommitBefore = autoCommitBefore;
        this.protocol = protocol;
    }

    /** Throws a {@link DatabaseException} if the database cannot be reached; nothing has happened then. */
    static OwnedTransaction begin(Participant participant) {
        return InterruptAside.during(() -> beginUninterrupted(participant));
    }

    private static OwnedTransaction beginUninterrupted(Participant participant) {
        try {
            Connection connection = participant.tables().database().ownConnection();
            boolean begun = false;
            try {
                boolean autoCommitBefore = connection.getAutoCommit();
                connection.setAutoCommit(false);
                LocalTransaction protocol = LocalTransaction.onFreshConnection(participant, connection);
                begun = true;
                tellNesting();
                return new OwnedTransaction(protocol, connection, autoCommitBefore);
            } finally {
                if (!begun) {
                    Connections.close(connection);
                }
            }
        } catch (SQLException e) {
            throw new DatabaseException(
                    "no transaction could be begun, so nothing has happened; is the database there, and the pool large "
                            + "enough?",
                    e);
        }
    }

    private static void tellNesting() {
        int depth = DEPTH.get();
        DEPTH.set(depth + 1);
        if (depth > 0 && NESTING_TOLD.compareAndSet(false, true)) {
            LOG.warn(
                    "a transaction of PledgeMQ runs inside of another one on the same thread: it commits by itself, and "
                            + "its messages are delivered although the outer one may fail; use the outer Transaction to send "
                            + "together with it (logged once)");
        }
    }

    /** Begins for a delivery, whose message is not to blame if the database is away. */
    static OwnedTransaction beginForDelivery(Participant participant) throws DatabaseAway {
        try {
            return begin(participant);
        } catch (DatabaseException e) {
            throw new DatabaseAway(e);
        }
    }

    Inbox.Claim claim(Inbox.Place place, Inbox.Row row, boolean evenIfOld) throws DatabaseAway {
        try {
            return protocol.claim(place, row, evenIfOld);
        } catch (DatabaseException e) {
            throw new DatabaseAway(e);
        }
    }

    Inbox.Claim claimConsumed(Inbox.Place place) throws DatabaseAway {
        try {
            return protocol.claimConsumed(place);
        } catch (DatabaseException e) {
            throw new DatabaseAway(e);
        }
    }

    LocalTransaction protocol() {
        return protocol;
    }

    void commit() {
        InterruptAside.during(() -> {
            commitUninterrupted();
            return true;
        });
    }

    private void commitUninterrupted() {
        protocol.beforeCommit();
        commitSent = true;
        try {
            connection.commit();
        } catch (SQLException e) {
            afterFailedCommit(e);
            return;
        }
        clean = true;
        protocol.committed();
    }

    /** An exception of COMMIT says nothing sure about its outcome; the barrier does. */
    private void afterFailedCommit(SQLException failure) {
        rollback();
        Fate fate = protocol.outcomeUnknown();
        if (fate == Fate.UNKNOWN && protocol.messageIds().isEmpty() && Database.saysRolledBack(failure)) {
            fate = Fate.ROLLED_BACK;
        }
        if (fate == Fate.COMMITTED) {
            LOG.warn("COMMIT failed, but the barrier says that it took place: {}", failure.getMessage());
        } else if (fate == Fate.ROLLED_BACK) {
            throw new TransactionRolledBackException(
                    "rolled back: the database did not commit: " + failure.getMessage(), failure);
        } else {
            throw new OutcomeUnknownException(
                    "COMMIT was sent and no answer came (" + failure.getMessage() + "); messages "
                            + protocol.messageIds()
                            + " wait until a check of the database tells. Look whether the operation "
                            + "took place before you repeat it",
                    protocol.messageIds(),
                    failure);
        }
    }

    private boolean rollback() {
        try {
            connection.rollback();
            return true;
        } catch (SQLException e) {
            LOG.warn("a rollback was not confirmed: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        InterruptAside.during(() -> {
            closeUninterrupted();
            return true;
        });
    }

    private void closeUninterrupted() {
        if (!protocol.isOver()) {
            if (rollback() && !commitSent) {
                clean = true;
                protocol.rolledBack();
            } else {
                protocol.abandoned();
            }
        }
        DEPTH.set(DEPTH.get() - 1);
        boolean restored = clean && restore();
        if (!restored) {
            Connections.abort(connection);
        }
        Connections.close(connection);
    }

    private boolean restore() {
        try {
            connection.setAutoCommit(autoCommitBefore);
            return true;
        } catch (SQLException e) {
            LOG.debug("a connection could not be given back in order: {}", e.getMessage());
            return false;
        }
    }
}
