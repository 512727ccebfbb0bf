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
 * never will be; PARTIAL says that a handler let the database commit half of its effect.
 */
public final class Inbox {
    /** What a group has made of a message; all are final against a second insert. */
    public enum State {
        CONSUMED,
        COMPENSATED,
        /** Part of the effect was committed, by DDL or COMMIT inside the handler: a person has to look. */
        PARTIAL
    }

    /**
     * One row.
     *
     * @param revision the revision of the message that was applied or given up
     */
    public record Row(State state, int revision) {}

    /**
     * Where a row is.
     *
     * @param dueMs of a delayed message the time of its delivery, from which the row's age counts; 0 otherwise
     */
    public record Place(String group, String messageId, long dueMs) {
        /** Returns the id to compare with a watermark. */
        String age() {
            String due = dueMs > 0 ? MessageIds.lowestOf(dueMs) : "";
            return due.compareTo(messageId) > 0 ? due : messageId;
        }
    }

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
            "INSERT INTO pledge_inbox (message_id, consumer_group, state, revision, due_ms) VALUES (?, ?, ?, ?, ?)";

    private final Database database;
    private volatile String watermark = "";

    public Inbox(Database database) {
        this.database = database;
    }

    /** The claim, and the mark of the transaction if it is the first statement. */
    record Claimed(Claim claim, String mark) {}

    /**
     * Inserts within the caller's transaction. After anything but FIRST that transaction can only be rolled back.
     *
     * @param first true if it is the transaction's first statement, which then marks it too
     */
    Claimed claim(Connection connection, Place place, Row row, boolean first) throws SQLException {
        Object[] values = {
            place.messageId(),
            place.group(),
            row.state().name(),
            row.revision(),
            place.dueMs() > 0 ? place.dueMs() : null
        };
        Dialect dialect = database.dialect();
        try {
            if (first) {
                return new Claimed(Claim.FIRST, dialect.markAndInsertWithin(connection, LOCK_LIMIT, INSERT, values));
            }
            dialect.insertWithin(connection, LOCK_LIMIT, INSERT, values);
            return new Claimed(Claim.FIRST, "");
        } catch (SQLException e) {
            if (dialect.isDuplicateKey(e)) {
                return new Claimed(Claim.TAKEN, "");
            } else if (dialect.isBusy(e)) {
                return new Claimed(Claim.BUSY, "");
            }
            throw e;
        }
    }

    /**
     * Within the caller's transaction: a row that says CONSUMED says COMPENSATED from now on.
     *
     * @return FIRST if it was so; TAKEN if there is no such row; BUSY if another transaction works on it
     */
    Claim turnConsumedIntoCompensated(Connection connection, Place place) throws SQLException {
        Dialect dialect = database.dialect();
        Dialect.LockLimit limit = dialect.limitLockWaits(connection, LOCK_LIMIT);
        boolean done = false;
        try {
            boolean consumed = lockedState(connection, place).equals(State.CONSUMED.name());
            if (consumed) {
                change(connection, place, State.CONSUMED, State.COMPENSATED);
            }
            done = true;
            return consumed ? Claim.FIRST : Claim.TAKEN;
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

    /** Reads under a lock, since the number of rows that an update reports proves nothing. Empty if there is no row. */
    private static String lockedState(Connection connection, Place place) throws SQLException {
        String sql = "SELECT state FROM pledge_inbox WHERE message_id = ? AND consumer_group = ? AND state = 'CONSUMED'"
                + " FOR UPDATE";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, place.messageId());
            query.setString(2, place.group());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }

    static void change(Connection connection, Place place, State from, State to) throws SQLException {
        String sql = "UPDATE pledge_inbox SET state = ? WHERE message_id = ? AND consumer_group = ? AND state = ?";
        Dialect.execute(connection, sql, to.name(), place.messageId(), place.group(), from.name());
    }

    /** Reads in a transaction of its own: only what is committed. */
    public Optional<Row> read(Place place) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            Look.Sight sight = transaction.commit(look(place));
            learn(sight);
            return row(sight, place);
        }
    }

    /**
     * In a transaction of its own, after the handler's transaction was rolled back but its row is there: a retry must
     * not take it for applied.
     */
    public void markPartial(Place place) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            change(transaction.connection(), place, State.CONSUMED, State.PARTIAL);
            transaction.commit(look(place));
        }
    }

    private static Look look(Place place) {
        return Look.identity().andInbox(place.group(), place.messageId());
    }

    private static Optional<Row> row(Look.Sight sight, Place place) {
        String state = sight.inboxState(place.messageId());
        return state.isEmpty()
                ? Optional.empty()
                : Optional.of(new Row(State.valueOf(state), sight.inboxRevision(place.messageId())));
    }

    /**
     * Judges what the transaction that wrote the row saw of it right before its COMMIT.
     *
     * @return what speaks against the COMMIT; empty if nothing does
     */
    Optional<String> objectionToCommit(Look.Sight sight, Place place, State expected, boolean evenIfOld) {
        learn(sight);
        Optional<Row> row = row(sight, place);
        if (row.isEmpty() || row.get().state() != expected) {
            String actual = row.map(r -> r.state().name()).orElse("no row");
            return Optional.of("expected the inbox row of message " + place.messageId() + " for group " + place.group()
                    + " to say " + expected + ", actual " + actual
                    + " (swallowed SQL error, deadlock, or a rollback inside)");
        }
        if (!evenIfOld && isOld(place)) {
            return Optional.of(tooOld(place));
        }
        return Optional.empty();
    }

    /** By the watermark this process saw last; the read-back before COMMIT sees the present one. */
    public boolean isOld(Place place) {
        return place.age().compareTo(watermark) <= 0;
    }

    public String tooOld(Place place) {
        return "older than the inbox: message " + place.messageId() + " is at or below the clean-up's watermark "
                + watermark + ", so it is unknown whether it was applied";
    }

    private void learn(Look.Sight sight) {
        watermark = sight.inboxWatermark();
    }

    /** Reads the present watermark. */
    public void learnWatermark() throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            learn(transaction.commit(Look.identity()));
        }
    }
}
