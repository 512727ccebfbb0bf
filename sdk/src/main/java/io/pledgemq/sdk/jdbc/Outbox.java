package io.pledgemq.sdk.jdbc;

import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code pledge_outbox(message_id)} keeps messages of committed local transactions that the engine could not take. The
 * database numbers them ({@code seq}) when they are inserted, and that is their order: clocks of senders may be wrong.
 * Transactions that lock what they have in common commit in the order of their numbers; of others a higher number may
 * be seen, and sent, before a lower one is committed.
 *
 * <p>A process that relays, or settles what was refused, holds a lock of the database meanwhile, so that several
 * processes do not overtake one another; the lock goes with its connection. A row names the engine that it is for;
 * relays of other engines leave it alone.
 */
public final class Outbox {
    static final String WAITING = "WAITING";
    /**
     * The engine refused it as it is; {@code problem} says why. The cause may be repaired there, so it is tried again.
     */
    public static final String REFUSED = "REFUSED";
    /**
     * The engine says that it was decided before: otherwise, or so long ago that it has forgotten how. Never tried
     * again by itself: once the engine has forgotten a decision, it would take the message for a new one.
     */
    public static final String DECIDED = "DECIDED";

    private static final int PAGE_ROWS = 100;
    private static final int PAGE_BYTES = 8 << 20;
    private static final int ROWS_PER_FETCH = 10;
    private static final String INSERT =
            "INSERT INTO pledge_outbox (message_id, topic, message_key, message_group, order_key, deliver_at_ms,"
                    + " properties, body, engine) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    /** The identity comes with the rows, in one statement: another database's messages are never sent from here. */
    private static final String SELECT =
            "SELECT o.message_id, o.topic, o.message_key, o.message_group, o.deliver_at_ms, o.properties, o.body, o.seq,"
                    + " o.problem, (SELECT m.meta_value FROM pledge_meta m WHERE m.name = 'database_id')"
                    + " FROM pledge_outbox o LEFT JOIN (SELECT r.order_key, MIN(r.seq) AS seq FROM pledge_outbox r"
                    + " WHERE r.status <> 'WAITING' AND r.order_key IS NOT NULL AND r.engine IN ('', ?)"
                    + " GROUP BY r.order_key) h ON h.order_key = o.order_key AND h.seq < o.seq"
                    + " WHERE o.seq > ? AND o.engine IN ('', ?) AND o.status = 'WAITING' AND h.order_key IS NULL"
                    + " ORDER BY o.seq";

    private final Database database;
    private final String engine;

    /** @param engine identity of the engine that messages are for */
    public Outbox(Database database, String engine) {
        this.database = database;
        this.engine = engine;
    }

    Database database() {
        return database;
    }

    String engine() {
        return engine;
    }

    /** Keeps the messages within the caller's transaction. */
    public void insert(Connection connection, Collection<OutgoingMessage> messages) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (OutgoingMessage message : messages) {
                insert.setString(1, message.messageId());
                OutboxColumns.set(insert, 2, message);
                insert.setString(9, engine);
                insert.executeUpdate();
            }
        }
    }

    /** Keeps the messages in a transaction of its own; those that are there already stay as they are. */
    public void keep(Collection<OutgoingMessage> messages) throws SQLException {
        for (OutgoingMessage message : messages) {
            List<String> id = List.of(message.messageId());
            try (OwnTransaction transaction = OwnTransaction.begin(database)) {
                insert(transaction.connection(), List.of(message));
                transaction.commit(Look.identity().andOutbox(id));
            } catch (SQLException e) {
                if (!database.dialect().isDuplicateKey(e)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Returns whether a message of one of these messages' groups may wait here. Above READ COMMITTED the caller's
     * transaction may see an older state than the locks it holds, so nobody can know, and the answer is yes. A locking
     * read would know, but blocks inserts of others (gap locks), and a second connection may not be there.
     */
    public boolean holdsUp(Connection connection, Collection<OutgoingMessage> messages) throws SQLException {
        List<String> keys = messages.stream()
                .flatMap(message -> orderKey(message).stream())
                .distinct()
                .toList();
        if (!keys.isEmpty() && !database.dialect().seesLatestCommits(connection)) {
            return true;
        }
        for (List<String> part : Look.parts(keys)) {
            String sql = "SELECT order_key FROM pledge_outbox WHERE engine IN ('', ?) AND order_key IN ("
                    + Look.marks(part.size()) + ")";
            try (PreparedStatement query = connection.prepareStatement(sql)) {
                query.setMaxRows(1);
                query.setString(1, engine);
                for (int i = 0; i < part.size(); i++) {
                    query.setString(i + 2, part.get(i));
                }
                try (ResultSet rows = query.executeQuery()) {
                    if (rows.next()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Returns what messages of one message group have in common; empty for a message without a group. */
    public static Optional<String> orderKey(OutgoingMessage message) {
        if (message.messageGroup() == null) {
            return Optional.empty();
        }
        return Optional.of(MessageIds.sha256Hex(message.topic() + '\n' + message.messageGroup()));
    }

    /**
     * A message that waits.
     *
     * @param seq its place in the order
     * @param refusedBefore the engine has refused it before, and that was logged
     */
    public record Waiting(long seq, boolean refusedBefore, OutgoingMessage message) {}

    /**
     * Why a message stays.
     *
     * @param status {@link #REFUSED} or {@link #DECIDED}
     */
    public record Problem(String status, String text) {}

    /**
     * What was refused waits again, in a transaction of its own: from now on the engine may hold the half of each, so
     * nobody may settle it until it is refused again.
     *
     * @return false if another process relays at this moment
     */
    public boolean tryRefusedAgain() throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            if (!lock(transaction.connection())) {
                return false;
            }
            String sql = "UPDATE pledge_outbox SET status = 'WAITING' WHERE status = 'REFUSED' AND engine IN ('', ?)";
            Dialect.execute(transaction.connection(), sql, engine);
            transaction.commit(Look.identity());
            return true;
        }
    }

    /**
     * Takes the relay's lock and reads the messages behind this number, in their order; none if there are none, or if
     * another process relays at this moment. Those behind a refused one of their group are left out.
     *
     * @param origin who answers for the messages from now on
     */
    public Page lockPage(long after, Origin origin) throws SQLException {
        OwnTransaction transaction = OwnTransaction.begin(database);
        boolean read = false;
        try {
            Connection connection = transaction.connection();
            boolean empty = read(connection, after, origin, 1).isEmpty();
            List<Waiting> messages =
                    empty || !lock(connection) ? List.of() : read(connection, after, origin, PAGE_ROWS);
            read = true;
            return new Page(transaction, messages);
        } finally {
            if (!read) {
                transaction.close();
            }
        }
    }

    /** Returns false if somebody else holds the lock. */
    boolean lock(Connection connection) throws SQLException {
        String sql = "SELECT meta_value FROM pledge_meta WHERE name = ? FOR UPDATE";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, Schema.OUTBOX_RELAY);
            try (ResultSet rows = query.executeQuery()) {
                if (!rows.next()) {
                    throw new SQLException("pledge_meta has no row " + Schema.OUTBOX_RELAY + "; run createTables()");
                }
                return true;
            }
        } catch (SQLException e) {
            if (database.dialect().isBusy(e)) {
                return false;
            }
            throw e;
        }
    }

    private List<Waiting> read(Connection connection, long after, Origin origin, int maxRows) throws SQLException {
        List<Waiting> messages = new ArrayList<>();
        long bytes = 0;
        try (PreparedStatement query = connection.prepareStatement(SELECT)) {
            query.setMaxRows(maxRows);
            query.setFetchSize(Math.min(ROWS_PER_FETCH, maxRows));
            query.setString(1, engine);
            query.setLong(2, after);
            query.setString(3, engine);
            try (ResultSet rows = query.executeQuery()) {
                while (bytes < PAGE_BYTES && rows.next()) {
                    requireIdentity(rows.getString(10));
                    OutgoingMessage message = OutboxColumns.message(rows, origin);
                    messages.add(new Waiting(rows.getLong(8), rows.getString(9) != null, message));
                    bytes += message.body().sizeBytes();
                }
            }
        }
        return messages;
    }

    private void requireIdentity(String found) throws SQLException {
        if (!database.id().equals(found)) {
            throw new OtherDatabaseException(database.id(), found == null ? "" : found);
        }
    }

    /** Some waiting messages, and the relay's lock until close. What was not {@link #relayed} stays. */
    public static final class Page implements AutoCloseable {
        private final OwnTransaction transaction;
        private final List<Waiting> messages;

        private Page(OwnTransaction transaction, List<Waiting> messages) {
            this.transaction = transaction;
            this.messages = messages;
        }

        public List<Waiting> messages() {
            return messages;
        }

        /**
         * Removes what need not wait any more, notes what was refused, and ends the lock.
         *
         * @param confirmed messages whose COMMIT the engine has confirmed; noted in the barrier too
         * @param problems why the engine will not take them, by message id; they wait for a person
         * @return how many messages wait behind each refused one, because they are of its message group
         */
        public Map<String, Integer> relayed(List<String> confirmed, Map<String, Problem> problems) throws SQLException {
            Connection connection = transaction.connection();
            if (!confirmed.isEmpty()) {
                Barrier.markConfirmed(connection, confirmed);
                String sql = "DELETE FROM pledge_outbox WHERE message_id IN (" + Look.marks(confirmed.size()) + ")";
                Dialect.execute(connection, sql, confirmed.toArray());
            }
            String update = "UPDATE pledge_outbox SET status = ?, problem = ? WHERE message_id = ?";
            for (Map.Entry<String, Problem> entry : problems.entrySet()) {
                Problem problem = entry.getValue();
                Dialect.execute(connection, update, problem.status(), problem.text(), entry.getKey());
            }
            Map<String, Integer> behind = new LinkedHashMap<>();
            for (String id : problems.keySet()) {
                behind.put(id, behind(connection, id));
            }
            transaction.commit(Look.identity());
            return behind;
        }

        private static int behind(Connection connection, String messageId) throws SQLException {
            String sql = "SELECT COUNT(*) FROM pledge_outbox o JOIN pledge_outbox r ON r.order_key = o.order_key"
                    + " AND r.seq < o.seq WHERE r.message_id = ?";
            try (PreparedStatement query = connection.prepareStatement(sql)) {
                query.setString(1, messageId);
                try (ResultSet rows = query.executeQuery()) {
                    return rows.next() ? rows.getInt(1) : 0;
                }
            }
        }

        @Override
        public void close() {
            transaction.close();
        }
    }
}
