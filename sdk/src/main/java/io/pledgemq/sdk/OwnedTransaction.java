package io.pledgemq.sdk;

import io.pledgemq.sdk.LocalTransaction.Fate;
import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.errors.OutcomeUnknownException;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.jdbc.Inbox;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A local transaction with its connection: begun here, committed here, and otherwise rolled back by close. */
final class OwnedTransaction implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnedTransaction.class);

    private final Connection connection;
    private final boolean autoCommitBefore;
    private final LocalTransaction protocol;
    private boolean commitSent;

    private OwnedTransaction(Participant participant, Connection connection, boolean autoCommitBefore) {
        this.connection = connection;
        this.autoCommitBefore = autoCommitBefore;
        this.protocol = new LocalTransaction(participant, connection);
    }

    /** Throws a {@link DatabaseException} if the database cannot be reached; nothing has happened then. */
    static OwnedTransaction begin(Participant participant) {
        try {
            Connection connection = participant.database().connection();
            boolean begun = false;
            try {
                boolean autoCommitBefore = connection.getAutoCommit();
                connection.setAutoCommit(false);
                begun = true;
                return new OwnedTransaction(participant, connection, autoCommitBefore);
            } finally {
                if (!begun) {
                    connection.close();
                }
            }
        } catch (SQLException e) {
            throw new DatabaseException(
                    "no transaction could be begun, so nothing has happened; is the database there, and the pool large "
                            + "enough?",
                    e);
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

    Inbox.Claim claim(String group, String messageId, Inbox.Row row, boolean evenIfOld) throws DatabaseAway {
        try {
            return protocol.claim(group, messageId, row, evenIfOld);
        } catch (DatabaseException e) {
            throw new DatabaseAway(e);
        }
    }

    Inbox.Claim claimConsumed(String group, String messageId) throws DatabaseAway {
        try {
            return protocol.claimConsumed(group, messageId);
        } catch (DatabaseException e) {
            throw new DatabaseAway(e);
        }
    }

    LocalTransaction protocol() {
        return protocol;
    }

    void commit() {
        protocol.beforeCommit();
        commitSent = true;
        try {
            connection.commit();
        } catch (SQLException e) {
            afterFailedCommit(e);
            return;
        }
        protocol.committed();
    }

    /** An exception of COMMIT says nothing sure about its outcome; the barrier does. */
    private void afterFailedCommit(SQLException failure) {
        boolean connectionLives = rollback();
        Fate fate = protocol.outcomeUnknown();
        if (fate == Fate.UNKNOWN && protocol.messageIds().isEmpty() && connectionLives) {
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
        try (Connection closing = connection) {
            if (!protocol.isOver()) {
                if (rollback() && !commitSent) {
                    protocol.rolledBack();
                } else {
                    protocol.abandoned();
                }
            }
            closing.setAutoCommit(autoCommitBefore);
        } catch (SQLException e) {
            LOG.debug("a connection could not be given back in order: {}", e.getMessage());
        }
    }
}
