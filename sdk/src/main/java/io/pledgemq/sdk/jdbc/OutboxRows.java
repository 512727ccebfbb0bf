package io.pledgemq.sdk.jdbc;

import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the outbox for people, and settles what the engine refused. Only refused messages can be settled: the engine
 * may hold the half message of any other. Each change is one transaction under the relay's lock.
 */
public final class OutboxRows {
    /** State of a barrier row whose transaction committed and whose message a person has given up. */
    static final String SKIPPED = "SKIPPED";

    private static final int TRIES_FOR_THE_LOCK = 5;
    private static final String LIST = "SELECT message_id, status, problem, topic, message_key, message_group,"
            + " deliver_at_ms, OCTET_LENGTH(body), engine FROM pledge_outbox"
            + " ORDER BY CASE WHEN status = 'WAITING' THEN 1 ELSE 0 END, seq";
    private static final String COUNT =
            "SELECT COUNT(*), SUM(CASE WHEN status = 'WAITING' THEN 0 ELSE 1 END) FROM pledge_outbox";
    private static final String FIND =
            "SELECT message_id, topic, message_key, message_group, deliver_at_ms, properties,"
                    + " body FROM pledge_outbox WHERE message_id = ?";

    private final Outbox outbox;
    private final Database database;

    public OutboxRows(Outbox outbox) {
        this.outbox = outbox;
        this.database = outbox.database();
    }

    /**
     * One row, without its body.
     *
     * @param problem why the engine refused it; empty while it just waits
     * @param engine identity of the engine that it is for; empty if an older version put it here
     */
    public record Row(
            String messageId,
            boolean refused,
            String problem,
            String topic,
            String key,
            @Nullable String messageGroup,
            @Nullable Instant deliverAt,
            long bodyBytes,
            String engine) {}

    /** How many rows there are. */
    public record Counts(long waiting, long refused) {}

    /** What became of a change. */
    public enum Change {
        DONE,
        /** No message with this id is here, or it is not refused. */
        NOT_REFUSED,
        /** The relay holds its lock for long; try again. */
        BUSY
    }

    /** Refused ones first, then in the order in which they will be sent. */
    public List<Row> list(int max) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database);
                PreparedStatement query = transaction.connection().prepareStatement(LIST)) {
            query.setMaxRows(max);
            List<Row> found = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add(row(rows));
                }
            }
            transaction.commit(Look.identity());
            return found;
        }
    }

    private static Row row(ResultSet row) throws SQLException {
        String problem = row.getString(3);
        return new Row(
                row.getString(1),
                !Outbox.WAITING.equals(row.getString(2)),
                problem == null ? "" : problem,
                row.getString(4),
                row.getString(5),
                row.getString(6),
                OutboxColumns.time(row, 7),
                row.getLong(8),
                row.getString(9));
    }

    public Counts counts() throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database);
                PreparedStatement query = transaction.connection().prepareStatement(COUNT);
                ResultSet rows = query.executeQuery()) {
            if (!rows.next()) {
                throw new SQLException("expected one row of counts, actual none");
            }
            long refused = rows.getLong(2);
            Counts counts = new Counts(rows.getLong(1) - refused, refused);
            transaction.commit(Look.identity());
            return counts;
        }
    }

    /** A message as it will be sent. */
    public Optional<OutgoingMessage> find(String messageId, Origin origin) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database);
                PreparedStatement query = transaction.connection().prepareStatement(FIND)) {
            query.setString(1, messageId);
            Optional<OutgoingMessage> found = Optional.empty();
            try (ResultSet rows = query.executeQuery()) {
                if (rows.next()) {
                    found = Optional.of(OutboxColumns.message(rows, origin));
                }
            }
            transaction.commit(Look.identity());
            return found;
        }
    }

    /** Changes a refused message, which waits again, at its place in the order. */
    public Change edit(OutgoingMessage edited) throws SQLException {
        return change(edited.messageId(), connection -> {
            String sql = "UPDATE pledge_outbox SET topic = ?, message_key = ?, message_group = ?, order_key = ?,"
                    + " deliver_at_ms = ?, properties = ?, body = ?, status = 'WAITING', problem = NULL"
                    + " WHERE message_id = ?";
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                OutboxColumns.set(update, 1, edited);
                update.setString(8, edited.messageId());
                update.executeUpdate();
            }
        });
    }

    /** A refused message waits again, as it is. */
    public Change retry(String messageId) throws SQLException {
        String sql = "UPDATE pledge_outbox SET status = 'WAITING', problem = NULL WHERE message_id = ?";
        return change(messageId, connection -> Dialect.execute(connection, sql, messageId));
    }

    /** A refused message will never be sent; checks say ROLLBACK, should the engine ever ask about it. */
    public Change skip(String messageId) throws SQLException {
        return change(messageId, connection -> {
            String barrier = "UPDATE pledge_barrier SET state = ?, confirmed = 1 WHERE message_id = ?";
            Dialect.execute(connection, barrier, SKIPPED, messageId);
            Dialect.execute(connection, "DELETE FROM pledge_outbox WHERE message_id = ?", messageId);
        });
    }

    /** Messages for an engine that is gone for good are for this one from now on; NOT_REFUSED if there are none. */
    public Change takeOver(String goneEngine) throws SQLException {
        return locked(connection -> {
            boolean some = hasMessagesFor(connection, goneEngine);
            if (some) {
                String sql = "UPDATE pledge_outbox SET engine = ? WHERE engine = ?";
                Dialect.execute(connection, sql, outbox.engine(), goneEngine);
            }
            return some;
        });
    }

    private static boolean hasMessagesFor(Connection connection, String engine) throws SQLException {
        String sql = "SELECT message_id FROM pledge_outbox WHERE engine = ?";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setMaxRows(1);
            query.setString(1, engine);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    private interface Work {
        void run(Connection connection) throws SQLException;
    }

    private interface LockedWork {
        /** Returns false if there is nothing to change. */
        boolean run(Connection connection) throws SQLException;
    }

    private Change change(String messageId, Work work) throws SQLException {
        return locked(connection -> {
            boolean refused = isRefused(connection, messageId);
            if (refused) {
                work.run(connection);
            }
            return refused;
        });
    }

    private static boolean isRefused(Connection connection, String messageId) throws SQLException {
        String sql = "SELECT status FROM pledge_outbox WHERE message_id = ?";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, messageId);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() && !Outbox.WAITING.equals(rows.getString(1));
            }
        }
    }

    private Change locked(LockedWork work) throws SQLException {
        for (int i = 0; i < TRIES_FOR_THE_LOCK; i++) {
            try (OwnTransaction transaction = OwnTransaction.begin(database)) {
                if (outbox.lock(transaction.connection())) {
                    boolean changed = work.run(transaction.connection());
                    transaction.commit(Look.identity());
                    return changed ? Change.DONE : Change.NOT_REFUSED;
                }
            }
        }
        return Change.BUSY;
    }
}
