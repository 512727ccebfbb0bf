package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * The consumer's side: {@code pledge_inbox(message_id, consumer_group)} says what a group has made of a message.
 * CONSUMED is inserted together with the effect; COMPENSATED says that the effect was not made, or was undone, and
 * never will be.
 */
public final class Inbox {
    /** What a group has made of a message; both are final against a second insert. */
    public enum State {
        CONSUMED,
        COMPENSATED
    }

    /**
     * One row.
     *
     * @param revision the revision of the message that was applied or given up
     */
    public record Row(State state, int revision) {}

    /** How the attempt to be first ended. */
    public enum Claim {
        /** The row is ours, if this transaction commits. */
        FIRST,
        /** A committed row is there. */
        TAKEN,
        /** Another transaction has inserted it and is still running. */
        BUSY
    }

    private static final Duration LOCK_LIMIT = Duration.ofSeconds(1);
    private static final String INSERT =
            "INSERT INTO pledge_inbox (message_id, consumer_group, state, revision) VALUES (?, ?, ?, ?)";

    private final Database database;
    private volatile String watermark = "";

    public Inbox(Database database) {
        this.database = database;
    }

    /** Inserts within the caller's transaction. After anything but FIRST that transaction can only be rolled back. */
    public Claim claim(Connection connection, String group, String messageId, Row row) throws SQLException {
        try {
            database.dialect()
                    .insertWithin(
                            connection,
                            LOCK_LIMIT,
                            INSERT,
                            messageId,
                            group,
                            row.state().name(),
                            row.revision());
            return Claim.FIRST;
        } catch (SQLException e) {
            if (database.dialect().isDuplicateKey(e)) {
                return Claim.TAKEN;
            } else if (database.dialect().isBusy(e)) {
                return Claim.BUSY;
            }
            throw e;
        }
    }

    /**
     * Within the caller's transaction: a row that says CONSUMED says COMPENSATED from now on.
     *
     * @return FIRST if it was so; TAKEN if there is no such row; BUSY if another transaction works on it
     */
    public Claim turnConsumedIntoCompensated(Connection connection, String group, String messageId)
            throws SQLException {
        String sql = "UPDATE pledge_inbox SET state = ? WHERE message_id = ? AND consumer_group = ? AND state = ?";
        Dialect dialect = database.dialect();
        Dialect.LockLimit limit = dialect.limitLockWaits(connection, LOCK_LIMIT);
        boolean done = false;
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, State.COMPENSATED.name());
            update.setString(2, messageId);
            update.setString(3, group);
            update.setString(4, State.CONSUMED.name());
            int rows = update.executeUpdate();
            done = true;
            return rows == 1 ? Claim.FIRST : Claim.TAKEN;
        } catch (SQLException e) {
            if (dialect.isBusy(e)) {
                return Claim.BUSY;
            }
            throw e;
        } finally {
            if (done || !dialect.lockLimitEndsWithTransaction()) {
                limit.restore();
            }
        }
    }

    /** Reads in a transaction of its own: only what is committed. */
    public Optional<Row> read(String group, String messageId) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            Optional<Row> row = read(transaction.connection(), group, messageId);
            transaction.commit();
            return row;
        }
    }

    /**
     * Reads back, within the transaction that wrote it and right before its COMMIT.
     *
     * @return what speaks against the COMMIT; empty if nothing does
     */
    public Optional<String> objectionToCommit(
            Connection connection, String group, String messageId, State expected, boolean evenIfOld)
            throws SQLException {
        Optional<Row> row = read(connection, group, messageId);
        if (row.isEmpty() || row.get().state() != expected) {
            String actual = row.map(r -> r.state().name()).orElse("no row");
            return Optional.of("expected the inbox row of message " + messageId + " for group " + group + " to say "
                    + expected + ", actual " + actual + " (swallowed SQL error, deadlock, or a rollback inside)");
        }
        if (!evenIfOld && isOld(messageId)) {
            return Optional.of(tooOld(messageId));
        }
        return Optional.empty();
    }

    /** By the watermark this process saw last; the read-back before COMMIT sees the present one. */
    public boolean isOld(String messageId) {
        return messageId.compareTo(watermark) <= 0;
    }

    public String tooOld(String messageId) {
        return "older than the inbox: message " + messageId + " is at or below the clean-up's watermark " + watermark
                + ", so nobody knows whether it was applied";
    }

    /** Also learns the present watermark. */
    private Optional<Row> read(Connection connection, String group, String messageId) throws SQLException {
        String sql = "SELECT name, meta_value, 0 FROM pledge_meta WHERE name = ? UNION ALL"
                + " SELECT message_id, state, revision FROM pledge_inbox WHERE message_id = ? AND consumer_group = ?";
        Optional<Row> found = Optional.empty();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, Schema.INBOX_WATERMARK);
            query.setString(2, messageId);
            query.setString(3, group);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    if (rows.getString(1).equals(Schema.INBOX_WATERMARK)) {
                        learnWatermark(rows.getString(2));
                    } else {
                        found = Optional.of(new Row(State.valueOf(rows.getString(2)), rows.getInt(3)));
                    }
                }
            }
        }
        return found;
    }

    private synchronized void learnWatermark(String seen) {
        if (seen.compareTo(watermark) > 0) {
            watermark = seen;
        }
    }

    /** Reads the present watermark. */
    public void learnWatermark() throws SQLException {
        read("", "");
    }
}
