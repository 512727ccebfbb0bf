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
 * One statement that reads rows of the protocol together with the identity of the database that they are in. Every
 * transaction of the protocol ends with one, after its last write: a statement cannot be split between two databases or
 * schemas, so what is seen beside the right identity is where it belongs. Update counts prove nothing of that kind.
 *
 * <p>Each row of the result has four columns: kind, key, text, number.
 */
final class Look {
    /** More ids in one statement make drivers and databases slow. */
    static final int IDS_PER_STATEMENT = 500;

    private static final String META = "SELECT 'meta', name, meta_value, 0 FROM pledge_meta WHERE name IN ('"
            + Schema.DATABASE_ID + "', '" + Schema.BARRIER_WATERMARK + "', '" + Schema.INBOX_WATERMARK + "')";

    private final StringBuilder sql = new StringBuilder(META);
    private final List<String> parameters = new ArrayList<>();
    private boolean mark;
    private boolean clock;

    static Look identity() {
        return new Look();
    }

    static Look barrier(Collection<String> messageIds) {
        return new Look().andBarrier(messageIds);
    }

    Look andBarrier(Collection<String> messageIds) {
        return and("SELECT 'barrier', message_id, state, 0 FROM pledge_barrier WHERE message_id IN ", messageIds);
    }

    Look andOutbox(Collection<String> messageIds) {
        return and("SELECT 'outbox', message_id, status, 0 FROM pledge_outbox WHERE message_id IN ", messageIds);
    }

    Look andIncarnations(Collection<String> incarnations) {
        String query = "SELECT 'incarnation', incarnation, '', beats FROM pledge_incarnation WHERE incarnation IN ";
        return and(query, incarnations);
    }

    Look andInbox(String group, String messageId) {
        sql.append(" UNION ALL SELECT 'inbox', message_id, state, revision FROM pledge_inbox"
                + " WHERE message_id = ? AND consumer_group = ?");
        parameters.add(messageId);
        parameters.add(group);
        return this;
    }

    /** Also reads the mark of the transaction, where the database has one that can be read. */
    Look andMark() {
        mark = true;
        return this;
    }

    /** Also reads the clock of the database. */
    Look andClock() {
        clock = true;
        return this;
    }

    private Look and(String query, Collection<String> keys) {
        if (keys.size() > IDS_PER_STATEMENT) {
            throw new IllegalArgumentException(
                    "expected at most " + IDS_PER_STATEMENT + " keys in one look, actual " + keys.size());
        }
        if (!keys.isEmpty()) {
            sql.append(" UNION ALL ")
                    .append(query)
                    .append('(')
                    .append(marks(keys.size()))
                    .append(')');
            parameters.addAll(keys);
        }
        return this;
    }

    /**
     * Looks.
     *
     * @throws OtherDatabaseException if another database answered
     */
    Sight at(Connection connection, Database database) throws SQLException {
        Dialect dialect = database.dialect();
        if (mark && !dialect.markExpression().isEmpty()) {
            sql.append(" UNION ALL SELECT 'mark', 'mark', ")
                    .append(dialect.markExpression())
                    .append(", 0");
        }
        if (clock) {
            sql.append(" UNION ALL SELECT 'clock', 'clock', '', ").append(dialect.clockExpression());
        }
        Sight sight = new Sight();
        try (PreparedStatement query = connection.prepareStatement(sql.toString())) {
            for (int i = 0; i < parameters.size(); i++) {
                query.setString(i + 1, parameters.get(i));
            }
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    sight.add(rows.getString(1), rows.getString(2), rows.getString(3), rows.getLong(4));
                }
            }
        }
        String found = sight.meta(Schema.DATABASE_ID);
        if (!found.equals(database.id())) {
            throw new OtherDatabaseException(database.id(), found);
        }
        sight.requireWatermarks();
        return sight;
    }

    /** Cuts into pieces that one statement may hold. */
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

    /** What one statement saw, beside the right identity. */
    static final class Sight {
        private record Cell(String text, long number) {}

        private final Map<String, Map<String, Cell>> rows = new HashMap<>();

        private void add(String kind, String key, String text, long number) {
            rows.computeIfAbsent(kind, name -> new HashMap<>()).put(key, new Cell(text == null ? "" : text, number));
        }

        private Map<String, Cell> kind(String kind) {
            return rows.getOrDefault(kind, Map.of());
        }

        private String text(String kind, String key) {
            Cell cell = kind(kind).get(key);
            return cell == null ? "" : cell.text;
        }

        private String meta(String name) {
            return text("meta", name);
        }

        private void requireWatermarks() throws SQLException {
            for (String name : List.of(Schema.BARRIER_WATERMARK, Schema.INBOX_WATERMARK)) {
                if (!kind("meta").containsKey(name)) {
                    throw new SQLException("pledge_meta has no row " + name + "; run createTables()");
                }
            }
        }

        /** Rows at or below it may have been cleaned up; empty before the first clean-up. */
        String barrierWatermark() {
            return meta(Schema.BARRIER_WATERMARK);
        }

        String inboxWatermark() {
            return meta(Schema.INBOX_WATERMARK);
        }

        /** Empty if there is no row. */
        String barrier(String messageId) {
            return text("barrier", messageId);
        }

        boolean isInOutbox(String messageId) {
            return kind("outbox").containsKey(messageId);
        }

        /** -1 if this database has never seen the incarnation. */
        long beats(String incarnation) {
            Cell cell = kind("incarnation").get(incarnation);
            return cell == null ? -1 : cell.number;
        }

        /** State of the only inbox row that was asked for; empty if there is none. */
        String inboxState(String messageId) {
            return text("inbox", messageId);
        }

        int inboxRevision(String messageId) {
            Cell cell = kind("inbox").get(messageId);
            return cell == null ? 0 : Math.toIntExact(cell.number);
        }

        String mark() {
            return text("mark", "mark");
        }

        /** Time of the database in ms since 1970. */
        long clockMs() {
            Cell cell = kind("clock").get("clock");
            if (cell == null) {
                throw new IllegalStateException("this look did not ask for the clock");
            }
            return cell.number;
        }
    }
}
