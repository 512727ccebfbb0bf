package io.pledgemq.sdk.jdbc;

import io.pledgemq.sdk.transport.OutgoingMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows that one local transaction writes for the protocol, and the proof that its COMMIT will commit them: here, in
 * the transaction that was begun.
 *
 * <p>Design note. Databases end transactions behind the user's back: MariaDB and H2 roll all back on a deadlock that
 * user code swallows, and the next statement begins another transaction; DDL, COMMIT as SQL text and SET autocommit
 * commit. So the transaction is marked before anything else happens in it, and the mark is verified right before COMMIT
 * in the same statement that reads the rows back, together with the identity of the database. With the mark intact a
 * missing row can only have gone with a rollback to a savepoint. Not for several threads at once.
 */
public final class TransactionRows {
    /** The inbox row of a delivery, as it has to be at COMMIT. */
    public record InboxClaim(Inbox.Place place, Inbox.State state, boolean evenIfOld) {}

    /**
     * What the read-back found.
     *
     * @param present messages whose barrier rows say COMMITTED
     * @param objections what speaks against the COMMIT
     */
    public record ReadBack(Set<String> present, List<String> objections) {}

    private final Database database;
    private final Barrier barrier;
    private final Inbox inbox;
    private final Connection connection;
    private String mark = "";

    public TransactionRows(Database database, Barrier barrier, Inbox inbox, Connection connection) {
        this.database = database;
        this.barrier = barrier;
        this.inbox = inbox;
        this.connection = connection;
    }

    /**
     * Marks the transaction, if it is not yet.
     *
     * @throws TransactionNotFreshException if it has written something before
     */
    public void mark() throws SQLException {
        if (mark.isEmpty()) {
            mark = database.dialect().mark(connection);
        }
    }

    /** As {@link #mark}, where somebody else has begun the transaction and may have used it. */
    public void markFresh() throws SQLException {
        if (database.dialect().hasWritten(connection)) {
            throw new TransactionNotFreshException();
        }
        mark();
    }

    public boolean isMarked() {
        return !mark.isEmpty();
    }

    public void insertBarrier(String messageId) throws SQLException {
        if (mark.isEmpty()) {
            mark = barrier.insertFirst(connection, messageId);
        } else {
            barrier.insert(connection, messageId);
        }
    }

    /** After anything but FIRST the transaction can only be rolled back. */
    public Inbox.Claim claim(Inbox.Place place, Inbox.Row row) throws SQLException {
        Inbox.Claimed claimed = inbox.claim(connection, place, row, mark.isEmpty());
        if (mark.isEmpty()) {
            mark = claimed.mark();
        }
        return claimed.claim();
    }

    /** For an undo: FIRST if the row said CONSUMED and says COMPENSATED now. */
    public Inbox.Claim claimConsumed(Inbox.Place place) throws SQLException {
        mark();
        return inbox.turnConsumedIntoCompensated(connection, place);
    }

    /**
     * Reads the rows back, right before COMMIT.
     *
     * @throws OtherDatabaseException if the connection reaches another database now
     */
    public ReadBack readBack(List<String> messageIds, @Nullable InboxClaim claim) throws SQLException {
        boolean marked = database.dialect().isMarked(connection, mark);
        String watermark = "";
        Map<String, String> states = new HashMap<>();
        List<String> objections = new ArrayList<>();
        List<List<String>> parts = messageIds.isEmpty() ? List.of(List.of()) : Look.parts(messageIds);
        for (List<String> part : parts) {
            Look look = Look.barrier(part).andMark();
            if (claim != null) {
                look.andInbox(claim.place().group(), claim.place().messageId());
            }
            Look.Sight sight = look.at(connection, database);
            part.forEach(id -> states.put(id, sight.barrier(id)));
            marked &= database.dialect().markExpression().isEmpty()
                    || sight.mark().equals(mark);
            watermark = sight.barrierWatermark();
            if (claim != null && part == parts.get(parts.size() - 1)) {
                inbox.objectionToCommit(sight, claim.place(), claim.state(), claim.evenIfOld())
                        .ifPresent(objections::add);
            }
        }
        if (!marked) {
            objections.add(
                    "the database has ended the transaction in the middle (a swallowed deadlock, DDL, TRUNCATE, "
                            + "COMMIT or ROLLBACK as SQL text, SET autocommit, a change of the isolation level, or a rollback to "
                            + "a savepoint from before PledgeMQ joined); what came before that moment may be committed already");
        }
        for (String id : messageIds) {
            objection(id, states.getOrDefault(id, ""), watermark).ifPresent(objections::add);
        }
        states.values().removeIf(state -> !state.equals(Barrier.COMMITTED));
        return new ReadBack(Set.copyOf(states.keySet()), objections);
    }

    private static Optional<String> objection(String id, String state, String watermark) {
        if (state.equals(Barrier.ROLLED_BACK)) {
            return Optional.of("the barrier row of message " + id + " says " + state + ", since a check was first");
        } else if (!state.isEmpty() && id.compareTo(watermark) <= 0) {
            return Optional.of("message " + id + " is at or below the watermark " + watermark + " of the clean-up");
        }
        return Optional.empty();
    }

    /**
     * Reads, after the outbox rows were inserted, whether they are here.
     *
     * @return what speaks against the COMMIT
     */
    public Optional<String> objectionToOutbox(List<String> messageIds) throws SQLException {
        for (List<String> part : Look.parts(messageIds)) {
            Look.Sight sight = Look.identity().andOutbox(part).at(connection, database);
            if (!part.stream().allMatch(sight::isInOutbox)) {
                return Optional.of("outbox rows of messages " + part + " are gone from this transaction");
            }
        }
        return Optional.empty();
    }

    /** Rows that are there although the transaction was rolled back. */
    public record Leftover(Set<String> messages, boolean inbox) {
        public boolean isEmpty() {
            return messages.isEmpty() && !inbox;
        }
    }

    /**
     * Reads what is there after the transaction ended, on the same connection, which has not been given back yet. What
     * is there is a commit that happened, whatever {@code rollback()} said.
     */
    public Leftover leftover(List<String> messageIds, @Nullable InboxClaim claim) throws SQLException {
        Set<String> there = new HashSet<>();
        boolean inboxThere = false;
        List<List<String>> parts = messageIds.isEmpty() ? List.of(List.of()) : Look.parts(messageIds);
        for (List<String> part : parts) {
            Look look = Look.barrier(part);
            if (claim != null) {
                look.andInbox(claim.place().group(), claim.place().messageId());
            }
            Look.Sight sight = look.at(connection, database);
            part.stream()
                    .filter(id -> sight.barrier(id).equals(Barrier.COMMITTED))
                    .forEach(there::add);
            inboxThere = claim != null
                    && sight.inboxState(claim.place().messageId())
                            .equals(claim.state().name());
        }
        endRead();
        return new Leftover(there, inboxThere);
    }

    private void endRead() throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
    }

    /**
     * Makes up for a part that was committed, in a transaction on the same connection: messages go to the outbox, and
     * the inbox row says PARTIAL.
     */
    public void makeUp(Outbox outbox, List<OutgoingMessage> messages, Inbox.@Nullable Place partial)
            throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            outbox.insert(connection, messages);
            Look look = Look.identity()
                    .andOutbox(messages.stream()
                            .map(OutgoingMessage::messageId)
                            .limit(Look.IDS_PER_STATEMENT)
                            .toList());
            if (partial != null) {
                Inbox.change(connection, partial, Inbox.State.CONSUMED, Inbox.State.PARTIAL);
            }
            look.at(connection, database);
            connection.commit();
            done = true;
        } finally {
            if (!done) {
                connection.rollback();
            }
        }
        connection.setAutoCommit(autoCommit);
    }
}
