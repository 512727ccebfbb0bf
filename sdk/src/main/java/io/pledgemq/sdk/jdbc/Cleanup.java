package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes old barrier and inbox rows, in the order of their ids, by small transactions of its own.
 *
 * <p>First the watermark is raised; rows at or below it go in the next run. So a transaction that finds no row and
 * reads a watermark that is younger than its own insert knows whether it may trust the absence, at every isolation
 * level. A COMMITTED barrier row goes only after the engine confirmed its decision; one that is never confirmed stays
 * for ever, and checks find it. While a message waits in the outbox the engine may not know it yet, so its row stays
 * too; nothing is ever removed from the outbox itself.
 *
 * <p>No wrong clock is latched: a watermark is raised by the earlier of the database's clock and this host's, only
 * while the two differ by less than {@link #CLOCKS_DIFFER}, and rows go only if both clocks call them old.
 */
public final class Cleanup {
    /** Clocks that differ by as much are not believed. */
    public static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);
    private static final String NOT_IN_THE_OUTBOX =
            " AND NOT EXISTS (SELECT 1 FROM pledge_outbox o WHERE o.message_id = pledge_barrier.message_id)";
    /** Version 1 did not name the engine; its rows are asked for at this one. */
    private static final String LEFT_TO_CONFIRM =
            "SELECT message_id FROM pledge_barrier WHERE message_id > ? AND message_id <= ?"
                    + " AND state = 'COMMITTED' AND confirmed = 0 AND engine IN ('', ?)" + NOT_IN_THE_OUTBOX
                    + " ORDER BY message_id";

    private static final String OF_OTHER_ENGINES = "SELECT engine, COUNT(*) FROM pledge_barrier WHERE message_id <= ?"
            + " AND state = 'COMMITTED' AND confirmed = 0 AND engine NOT IN ('', ?) GROUP BY engine";
    private static final String OLD_BARRIER_ROWS = "SELECT message_id FROM pledge_barrier WHERE message_id <= ?"
            + " AND (state = 'ROLLED_BACK' OR confirmed = 1)" + NOT_IN_THE_OUTBOX + " ORDER BY message_id";
    private static final String OLD_INBOX_ROWS = "SELECT message_id FROM pledge_inbox WHERE message_id <= ?"
            + " AND (due_ms IS NULL OR due_ms <= ?) ORDER BY message_id";

    private final Database database;
    private final String engine;
    private final Function<Collection<String>, Set<String>> settledAmong;
    private final Clock host;
    private final LongUnaryOperator databaseClock;

    /**
     * Cleans this database.
     *
     * @param engine identity of the engine that {@code settledAmong} asks
     * @param settledAmong asks the engine which of these it will certainly not check any more
     * @param host this host's clock
     * @param databaseClock what to make of the time that the database tells; the identity but in tests
     */
    public Cleanup(
            Database database,
            String engine,
            Function<Collection<String>, Set<String>> settledAmong,
            Clock host,
            LongUnaryOperator databaseClock) {
        this.database = database;
        this.engine = engine;
        this.settledAmong = settledAmong;
        this.host = host;
        this.databaseClock = databaseClock;
    }

    /**
     * What one run removed.
     *
     * @param unconfirmed COMMITTED barrier rows that are old enough but whose decision the engine has not confirmed
     * @param otherEngines how many more wait for other engines to confirm, by the engine's identity
     */
    public record Result(int barrierRows, int inboxRows, int unconfirmed, Map<String, Integer> otherEngines) {}

    /** What the clocks say. */
    private record Clocks(long databaseMs, long hostMs) {
        long earlierMs() {
            return Math.min(databaseMs, hostMs);
        }

        boolean agree() {
            return Math.abs(databaseMs - hostMs) < CLOCKS_DIFFER.toMillis();
        }

        @Override
        public String toString() {
            return "this host's clock says " + Instant.ofEpochMilli(hostMs) + ", the database's "
                    + Instant.ofEpochMilli(databaseMs);
        }
    }

    private Clocks clocks(Look.Sight sight) {
        return new Clocks(databaseClock.applyAsLong(sight.clockMs()), host.millis());
    }

    private Look.Sight look() throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            return transaction.commit(Look.identity().andClock());
        }
    }

    /** Removes what is older than the retention, and raises the watermarks for the next run. */
    public Result run(Duration retention) throws SQLException {
        Look.Sight sight = look();
        Clocks clocks = clocks(sight);
        String next = MessageIds.lowestOf(clocks.earlierMs() - retention.toMillis());
        String barrierLimit = earlier(sight.barrierWatermark(), next);
        String inboxLimit = earlier(sight.inboxWatermark(), next);
        Result settled = removeSettled(barrierLimit);
        int barrierRows = settled.barrierRows() + removeBarrierRows(barrierLimit);
        int inboxRows = removeInboxRows(inboxLimit);
        removeIncarnations(barrierLimit);
        if (clocks.agree()) {
            raise(Schema.BARRIER_WATERMARK, next);
            raise(Schema.INBOX_WATERMARK, next);
        } else {
            LOG.warn(
                    "the clean-up's watermarks are not raised, since one of the clocks is wrong: {}, expected less than {} "
                            + "between them; synchronise them (NTP)",
                    clocks,
                    CLOCKS_DIFFER);
        }
        return new Result(barrierRows, inboxRows, settled.unconfirmed(), otherEngines(barrierLimit));
    }

    private static String earlier(String one, String other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /**
     * Lowers watermarks that a wrong clock has raised, to what the clocks say now. Rows that were removed under the
     * wrong watermark do not come back: a message that was applied in that time, and whose acknowledgement was lost,
     * would be applied again.
     *
     * @return true if there was something to lower
     */
    public boolean lowerWatermarks(Duration retention) throws SQLException {
        Look.Sight sight = look();
        Clocks clocks = clocks(sight);
        if (!clocks.agree()) {
            throw new SQLException("the watermarks cannot be lowered while one of the clocks is wrong: " + clocks
                    + ", expected less than " + CLOCKS_DIFFER + " between them; synchronise them first");
        }
        String right = MessageIds.lowestOf(clocks.earlierMs() - retention.toMillis());
        boolean lowered = false;
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            String sql = "UPDATE pledge_meta SET meta_value = ? WHERE name = ? AND meta_value > ?";
            for (String name : List.of(Schema.BARRIER_WATERMARK, Schema.INBOX_WATERMARK)) {
                Dialect.execute(transaction.connection(), sql, right, name, right);
            }
            Look.Sight after = transaction.commit(Look.identity());
            lowered = !after.barrierWatermark().equals(sight.barrierWatermark())
                    || !after.inboxWatermark().equals(sight.inboxWatermark());
        }
        return lowered;
    }

    /** Why a message that is sent now is at or below the watermark, as far as the clocks tell, and what to do. */
    public Optional<String> explainOldMessage() {
        try {
            Look.Sight sight = look();
            Clocks clocks = clocks(sight);
            long watermarkMs = MessageIds.millisOf(sight.barrierWatermark());
            String all = clocks + ", the watermark " + Instant.ofEpochMilli(watermarkMs);
            if (!clocks.agree()) {
                return Optional.of(all + ": one of the clocks is wrong; synchronise them");
            } else if (watermarkMs > clocks.earlierMs() - Duration.ofMinutes(30).toMillis()) {
                return Optional.of(all + ": the watermark is ahead of its time, a wrong clock has raised it; see "
                        + "lowerWatermarks() in docs/operating.md");
            }
            return Optional.of(all + ": the transaction was open for longer than the retention");
        } catch (SQLException e) {
            LOG.debug("the clocks could not be compared", e);
            return Optional.empty();
        }
    }

    private void raise(String name, String next) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            String sql = "UPDATE pledge_meta SET meta_value = ? WHERE name = ? AND meta_value < ?";
            Dialect.execute(transaction.connection(), sql, next, name, next);
            transaction.commit(Look.identity());
        }
    }

    /**
     * Rows whose confirmation was not noted: because the engine can always be asked, or because a process died between
     * the confirmation and the note. Another engine's rows are none of this one's.
     */
    private Result removeSettled(String watermark) throws SQLException {
        int removed = 0;
        int unconfirmed = 0;
        String from = "";
        while (true) {
            List<String> ids = select(LEFT_TO_CONFIRM, from, watermark, engine);
            if (ids.isEmpty()) {
                return new Result(removed, 0, unconfirmed, Map.of());
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

    private int removeBarrierRows(String watermark) throws SQLException {
        int removed = 0;
        List<String> ids = select(OLD_BARRIER_ROWS, watermark);
        while (!ids.isEmpty()) {
            removed += delete("pledge_barrier", ids);
            ids = select(OLD_BARRIER_ROWS, watermark);
        }
        return removed;
    }

    private int removeInboxRows(String watermark) throws SQLException {
        int removed = 0;
        Long dueMs = MessageIds.millisOf(watermark);
        List<String> ids = select(OLD_INBOX_ROWS, watermark, dueMs);
        while (!ids.isEmpty()) {
            removed += delete("pledge_inbox", ids);
            ids = select(OLD_INBOX_ROWS, watermark, dueMs);
        }
        return removed;
    }

    /** A stamp of an incarnation that did not beat since the watermark is on old messages only. */
    private void removeIncarnations(String watermark) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            String sql = "DELETE FROM pledge_incarnation WHERE beat_ms < ?";
            Dialect.execute(transaction.connection(), sql, MessageIds.millisOf(watermark));
            transaction.commit(Look.identity());
        }
    }

    private Map<String, Integer> otherEngines(String watermark) throws SQLException {
        Map<String, Integer> counts = new TreeMap<>();
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            try (PreparedStatement query = transaction.connection().prepareStatement(OF_OTHER_ENGINES)) {
                query.setString(1, watermark);
                query.setString(2, engine);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        counts.put(rows.getString(1), rows.getInt(2));
                    }
                }
            }
            transaction.commit(Look.identity());
        }
        return counts;
    }

    private List<String> select(String query, Object... parameters) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            List<String> ids = new ArrayList<>();
            Connection connection = transaction.connection();
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setMaxRows(Look.IDS_PER_STATEMENT);
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        ids.add(rows.getString(1));
                    }
                }
            }
            transaction.commit(Look.identity());
            return ids.stream().distinct().toList();
        }
    }

    private int delete(String table, List<String> ids) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            String sql = "DELETE FROM " + table + " WHERE message_id IN (" + Look.marks(ids.size()) + ")";
            Dialect.execute(transaction.connection(), sql, ids.toArray());
            transaction.commit(Look.identity());
            return ids.size();
        }
    }
}
