package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Removes old barrier and inbox rows, in the order of their ids, by small transactions of its own.
 *
 * <p>First the watermark is raised; rows at or below it go in the next run. So whoever finds no row and reads a
 * watermark that is younger than its own insert knows whether it may trust the absence, at every isolation level. A
 * COMMITTED barrier row goes only after the engine confirmed its decision; one that is never confirmed stays for ever,
 * and checks find it. While a message waits in the outbox the engine may not know it yet, so its row stays too; nothing
 * is ever removed from the outbox itself.
 */
public final class Cleanup {
    private static final int ROWS_PER_TRANSACTION = 500;
    private static final String NOT_IN_THE_OUTBOX =
            " AND NOT EXISTS (SELECT 1 FROM pledge_outbox o WHERE o.message_id = pledge_barrier.message_id)";
    private static final String LEFT_TO_CONFIRM =
            "SELECT message_id FROM pledge_barrier WHERE message_id > ? AND message_id <= ?"
                    + " AND state = 'COMMITTED' AND confirmed = 0" + NOT_IN_THE_OUTBOX + " ORDER BY message_id";
    private static final String OLD_BARRIER_ROWS = "SELECT message_id FROM pledge_barrier WHERE message_id <= ?"
            + " AND (state = 'ROLLED_BACK' OR confirmed = 1)" + NOT_IN_THE_OUTBOX + " ORDER BY message_id";
    private static final String OLD_INBOX_ROWS =
            "SELECT message_id FROM pledge_inbox WHERE message_id <= ? ORDER BY message_id";

    private final Database database;
    private final Function<Collection<String>, Set<String>> settledAmong;

    /**
     * Cleans this database; {@code settledAmong} asks the engine which of these it will certainly not check any more.
     */
    public Cleanup(Database database, Function<Collection<String>, Set<String>> settledAmong) {
        this.database = database;
        this.settledAmong = settledAmong;
    }

    /**
     * What one run removed.
     *
     * @param unconfirmed COMMITTED barrier rows that are old enough but whose decision the engine has not confirmed
     */
    public record Result(int barrierRows, int inboxRows, int unconfirmed) {}

    /** Removes; rows of messages made before {@code oldest}, in ms since 1970, are not needed any more. */
    public Result run(long oldest) throws SQLException {
        String barrierWatermark = watermark(Schema.BARRIER_WATERMARK);
        String inboxWatermark = watermark(Schema.INBOX_WATERMARK);
        Result settled = removeSettled(barrierWatermark);
        int barrierRows = settled.barrierRows() + remove("pledge_barrier", OLD_BARRIER_ROWS, barrierWatermark);
        int inboxRows = remove("pledge_inbox", OLD_INBOX_ROWS, inboxWatermark);
        String next = MessageIds.lowestOf(oldest);
        raise(Schema.BARRIER_WATERMARK, next);
        raise(Schema.INBOX_WATERMARK, next);
        return new Result(barrierRows, inboxRows, settled.unconfirmed());
    }

    private String watermark(String name) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            String value = Schema.meta(transaction.connection(), name)
                    .orElseThrow(() -> new SQLException("pledge_meta has no row " + name + "; run createTables()"));
            transaction.commit();
            return value;
        }
    }

    private void raise(String name, String next) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            String sql = "UPDATE pledge_meta SET meta_value = ? WHERE name = ? AND meta_value < ?";
            Dialect.execute(transaction.connection(), sql, next, name, next);
            transaction.commit();
        }
    }

    /**
     * Rows whose confirmation was not noted: because the engine can always be asked, or because a process died between
     * the confirmation and the note.
     */
    private Result removeSettled(String watermark) throws SQLException {
        int removed = 0;
        int unconfirmed = 0;
        String from = "";
        while (true) {
            List<String> ids = select(LEFT_TO_CONFIRM, from, watermark);
            if (ids.isEmpty()) {
                return new Result(removed, 0, unconfirmed);
            }
            List<String> settled =
                    ids.stream().filter(settledAmong.apply(ids)::contains).toList();
            if (!settled.isEmpty()) {
                removed += delete("pledge_barrier", settled);
            }
            unconfirmed += ids.size() - settled.size();
            from = ids.get(ids.size() - 1);
        }
    }

    private int remove(String table, String query, String watermark) throws SQLException {
        int removed = 0;
        while (true) {
            List<String> ids = select(query, watermark);
            if (ids.isEmpty()) {
                return removed;
            }
            removed += delete(table, ids);
        }
    }

    private List<String> select(String query, String... parameters) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            List<String> ids = new ArrayList<>();
            Connection connection = transaction.connection();
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setMaxRows(ROWS_PER_TRANSACTION);
                for (int i = 0; i < parameters.length; i++) {
                    statement.setString(i + 1, parameters[i]);
                }
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        ids.add(rows.getString(1));
                    }
                }
            }
            transaction.commit();
            return ids;
        }
    }

    private int delete(String table, List<String> ids) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            String sql = "DELETE FROM " + table + " WHERE message_id IN (" + Barrier.marks(ids.size()) + ")";
            int deleted;
            try (PreparedStatement statement = transaction.connection().prepareStatement(sql)) {
                for (int i = 0; i < ids.size(); i++) {
                    statement.setString(i + 1, ids.get(i));
                }
                deleted = statement.executeUpdate();
            }
            transaction.commit();
            return deleted;
        }
    }
}
