package io.pledgemq.sdk.jdbc;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pledgemq.sdk.transport.Body;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code pledge_outbox(message_id)} keeps messages of committed local transactions that the engine could not take.
 * Whoever relays holds a lock of the database while it does, so that several processes do not overtake one another; the
 * lock goes with its connection.
 */
public final class Outbox {
    /** Before the first place. */
    public static final long BEGINNING = -1;

    private static final int PAGE_ROWS = 100;
    private static final int PAGE_BYTES = 8 << 20;
    private static final int ROWS_PER_FETCH = 10;
    private static final String INSERT =
            "INSERT INTO pledge_outbox (message_id, topic, message_key, message_group, order_key, deliver_at_ms,"
                    + " properties, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String SELECT =
            "SELECT message_id, topic, message_key, message_group, deliver_at_ms, properties, body, seq FROM pledge_outbox"
                    + " WHERE seq > ? ORDER BY seq";
    private static final JsonMapper JSON = new JsonMapper();
    private static final JavaType PROPERTIES =
            JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class);

    private final Database database;

    public Outbox(Database database) {
        this.database = database;
    }

    /** Keeps the messages within the caller's transaction. */
    public void insert(Connection connection, Collection<OutgoingMessage> messages) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (OutgoingMessage message : messages) {
                insert.setString(1, message.messageId());
                insert.setString(2, message.topic());
                insert.setString(3, message.key());
                insert.setString(4, message.messageGroup());
                insert.setString(5, orderKey(message).orElse(null));
                if (message.deliverAt() == null) {
                    insert.setNull(6, Types.BIGINT);
                } else {
                    insert.setLong(6, message.deliverAt().toEpochMilli());
                }
                insert.setString(7, json(message.properties()));
                insert.setBytes(8, message.body().bytes());
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
     * Returns whether a message of one of these messages' groups waits here, as far as the caller's transaction sees.
     */
    public boolean holdsUp(Connection connection, Collection<OutgoingMessage> messages) throws SQLException {
        List<String> keys = messages.stream()
                .flatMap(message -> orderKey(message).stream())
                .distinct()
                .toList();
        for (List<String> part : Look.parts(keys)) {
            String sql = "SELECT order_key FROM pledge_outbox WHERE order_key IN (" + Look.marks(part.size()) + ")";
            try (PreparedStatement query = connection.prepareStatement(sql)) {
                query.setMaxRows(1);
                for (int i = 0; i < part.size(); i++) {
                    query.setString(i + 1, part.get(i));
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
     * Takes the relay's lock and reads the messages behind this place, in the order in which the database numbered
     * them; none if there are none, or if another process relays at this moment. Local transactions of one message
     * group hold a lock of theirs while they insert, so the numbers are their order, whatever the senders' clocks say.
     *
     * @param origin who answers for the messages from now on
     */
    public Page lockPage(long after, Origin origin) throws SQLException {
        OwnTransaction transaction = OwnTransaction.begin(database);
        boolean read = false;
        try {
            Connection connection = transaction.connection();
            boolean empty = messages(connection, after, origin, 1).messages().isEmpty();
            Read found = new Read(List.of(), after);
            if (!empty && lock(connection)) {
                found = messages(connection, after, origin, PAGE_ROWS);
                transaction.look(Look.identity());
            }
            read = true;
            return new Page(transaction, found);
        } finally {
            if (!read) {
                transaction.close();
            }
        }
    }

    private boolean lock(Connection connection) throws SQLException {
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

    private static Read messages(Connection connection, long after, Origin origin, int maxRows) throws SQLException {
        List<OutgoingMessage> messages = new ArrayList<>();
        long bytes = 0;
        long last = after;
        try (PreparedStatement query = connection.prepareStatement(SELECT)) {
            query.setMaxRows(maxRows);
            query.setFetchSize(Math.min(ROWS_PER_FETCH, maxRows));
            query.setLong(1, after);
            try (ResultSet rows = query.executeQuery()) {
                while (bytes < PAGE_BYTES && rows.next()) {
                    OutgoingMessage message = message(rows, origin);
                    messages.add(message);
                    bytes += message.body().sizeBytes();
                    last = rows.getLong(8);
                }
            }
        }
        return new Read(messages, last);
    }

    private static OutgoingMessage message(ResultSet row, Origin origin) throws SQLException {
        long deliverAtMs = row.getLong(5);
        @Nullable Instant deliverAt = row.wasNull() ? null : Instant.ofEpochMilli(deliverAtMs);
        return new OutgoingMessage(
                row.getString(1),
                origin,
                row.getString(2),
                row.getString(3),
                Body.of(row.getBytes(7)),
                row.getString(4),
                deliverAt,
                properties(row.getString(6)));
    }

    private static String json(Map<String, String> properties) {
        try {
            return JSON.writeValueAsString(properties);
        } catch (IOException e) {
            throw new IllegalStateException("texts can always be written as JSON, these cannot: " + properties, e);
        }
    }

    private static Map<String, String> properties(String json) throws SQLException {
        try {
            return JSON.readValue(json, PROPERTIES);
        } catch (IOException e) {
            throw new SQLException("expected properties as JSON in pledge_outbox, actual " + json, e);
        }
    }

    /** Messages in the order of the outbox, and the place of the last of them. */
    private record Read(List<OutgoingMessage> messages, long last) {}

    /** Some waiting messages, and the relay's lock until close. What was not {@link #relayed} stays. */
    public static final class Page implements AutoCloseable {
        private final OwnTransaction transaction;
        private final Read read;

        private Page(OwnTransaction transaction, Read read) {
            this.transaction = transaction;
            this.read = read;
        }

        public List<OutgoingMessage> messages() {
            return read.messages;
        }

        /** Returns the place of the last message, behind which the next page begins. */
        public long last() {
            return read.last;
        }

        /**
         * Removes what need not wait any more, and ends the lock.
         *
         * @param confirmed messages whose COMMIT the engine has confirmed; noted in the barrier too
         * @param hopeless messages whose decision the engine will never take
         */
        public void relayed(List<String> confirmed, List<String> hopeless) throws SQLException {
            List<String> all = new ArrayList<>(confirmed);
            all.addAll(hopeless);
            if (!confirmed.isEmpty()) {
                Barrier.markConfirmed(transaction.connection(), confirmed);
            }
            if (!all.isEmpty()) {
                String sql = "DELETE FROM pledge_outbox WHERE message_id IN (" + Look.marks(all.size()) + ")";
                Dialect.execute(transaction.connection(), sql, all.toArray());
            }
            transaction.commit(Look.identity());
        }

        @Override
        public void close() {
            transaction.close();
        }
    }
}
