package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sender's side: {@code pledge_barrier(message_id)} says whether the local transaction that sent a message has
 * committed. The transaction inserts COMMITTED as part of itself, a check inserts ROLLED_BACK; who is first has
 * decided.
 */
public final class Barrier {
    static final String COMMITTED = "COMMITTED";
    static final String ROLLED_BACK = "ROLLED_BACK";
    static final String INSERT = "INSERT INTO pledge_barrier (message_id, state) VALUES (?, ?)";
    private static final int IDS_PER_STATEMENT = 500;

    private final Database database;

    public Barrier(Database database) {
        this.database = database;
    }

    /**
     * What a transaction sees of the barrier.
     *
     * @param watermark rows at or below it may have been cleaned up; empty before the first clean-up
     * @param states state by message id, only for rows that are there
     */
    record View(String watermark, Map<String, String> states) {
        boolean isOld(String messageId) {
            return messageId.compareTo(watermark) <= 0;
        }
    }

    /** Inserts COMMITTED within the caller's transaction. */
    public void insert(Connection connection, String messageId) throws SQLException {
        Dialect.execute(connection, INSERT, messageId, COMMITTED);
    }

    /**
     * Reads back, within the transaction that inserted them and right before its COMMIT.
     *
     * @param absent ids whose rows went with a savepoint that was rolled back
     * @return what speaks against the COMMIT; empty if nothing does
     */
    public List<String> objectionsToCommit(Connection connection, List<String> present, List<String> absent)
            throws SQLException {
        List<String> all = new ArrayList<>(present);
        all.addAll(absent);
        View view = view(connection, all);
        List<String> objections = new ArrayList<>();
        for (String id : present) {
            String state = view.states().get(id);
            if (state == null) {
                objections.add(
                        "the barrier row of message " + id + " is gone from this transaction (swallowed SQL error, "
                                + "deadlock, or a rollback that PledgeMQ did not see)");
            } else if (!state.equals(COMMITTED)) {
                objections.add("the barrier row of message " + id + " says " + state);
            } else if (view.isOld(id)) {
                objections.add("message " + id + " is at or below the watermark " + view.watermark()
                        + " of the clean-up: this host's clock is far behind, or the transaction was open for days");
            }
        }
        for (String id : absent) {
            if (view.states().containsKey(id)) {
                objections.add("message " + id + " was rolled back with its savepoint, but its barrier row is there");
            }
        }
        return objections;
    }

    /** Remembers that the engine has confirmed COMMIT, so that clean-up may remove the rows when they are old. */
    public void confirm(Collection<String> messageIds) throws SQLException {
        for (List<String> part : parts(messageIds)) {
            try (OwnTransaction transaction = OwnTransaction.begin(database)) {
                markConfirmed(transaction.connection(), part);
                transaction.commit();
            }
        }
    }

    static void markConfirmed(Connection connection, List<String> messageIds) throws SQLException {
        String sql = "UPDATE pledge_barrier SET confirmed = 1 WHERE message_id IN (" + marks(messageIds.size()) + ")";
        Dialect.execute(connection, sql, messageIds.toArray());
    }

    /** One round trip for the watermark and the rows, up to 500 ids. */
    static View view(Connection connection, Collection<String> messageIds) throws SQLException {
        String watermark = "";
        Map<String, String> states = new HashMap<>();
        for (List<String> part : parts(messageIds)) {
            String sql = "SELECT name, meta_value FROM pledge_meta WHERE name = ? UNION ALL"
                    + " SELECT message_id, state FROM pledge_barrier WHERE message_id IN (" + marks(part.size()) + ")";
            try (PreparedStatement query = connection.prepareStatement(sql)) {
                query.setString(1, Schema.BARRIER_WATERMARK);
                for (int i = 0; i < part.size(); i++) {
                    query.setString(i + 2, part.get(i));
                }
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        states.put(rows.getString(1), rows.getString(2));
                    }
                }
            }
            String found = states.remove(Schema.BARRIER_WATERMARK);
            if (found == null) {
                throw new SQLException("pledge_meta has no row " + Schema.BARRIER_WATERMARK + "; run createTables()");
            }
            watermark = found;
        }
        return new View(watermark, states);
    }

    static List<List<String>> parts(Collection<String> ids) {
        List<String> all = List.copyOf(ids);
        List<List<String>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += IDS_PER_STATEMENT) {
            parts.add(all.subList(from, Math.min(from + IDS_PER_STATEMENT, all.size())));
        }
        return parts;
    }

    static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
