package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The sender's side: {@code pledge_barrier(message_id)} says whether the local transaction that sent a message has
 * committed. The transaction inserts COMMITTED as part of itself, a check inserts ROLLED_BACK; who is first has
 * decided. A row also names the engine that its message was, or is to be, prepared at.
 */
public final class Barrier {
    static final String COMMITTED = "COMMITTED";
    static final String ROLLED_BACK = "ROLLED_BACK";
    static final String INSERT = "INSERT INTO pledge_barrier (message_id, state, engine) VALUES (?, ?, ?)";
    /**
     * Fails in another database or schema, where the state would be NULL: the transaction may be back in its own one
     * when the rows are read, and a missing row would pass for one that went with a savepoint.
     */
    private static final String INSERT_HERE = "INSERT INTO pledge_barrier (message_id, state, engine) VALUES (?, "
            + "(SELECT '" + COMMITTED + "' FROM pledge_meta WHERE name = '" + Schema.DATABASE_ID
            + "' AND meta_value = ?), ?)";
    /** A check whose connection hangs may hold the row; the sender does not wait for it longer than this. */
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(1);

    private final Database database;
    private final String engine;

    /** @param engine identity of the engine that this participant sends to */
    public Barrier(Database database, String engine) {
        this.database = database;
        this.engine = engine;
    }

    /**
     * Inserts COMMITTED within the caller's transaction.
     *
     * @throws OtherDatabaseException if the connection reaches another database now
     */
    public void insert(Connection connection, String messageId) throws SQLException {
        try {
            database.dialect().insertWithin(connection, LOCK_LIMIT, INSERT_HERE, messageId, database.id(), engine);
        } catch (SQLException e) {
            throw explained(e);
        }
    }

    /** As {@link #insert}, as the first statement of the transaction, which it marks. Returns the mark. */
    String insertFirst(Connection connection, String messageId) throws SQLException {
        try {
            return database.dialect()
                    .markAndInsertWithin(connection, LOCK_LIMIT, INSERT_HERE, messageId, database.id(), engine);
        } catch (SQLException e) {
            throw explained(e);
        }
    }

    private SQLException explained(SQLException e) {
        if (!database.dialect().isNullRefused(e)) {
            return e;
        }
        SQLException explained = new OtherDatabaseException(database.id(), "another one");
        explained.initCause(e);
        return explained;
    }

    /** Inserts ROLLED_BACK for all within the caller's transaction. */
    void insertRolledBack(Connection connection, Collection<String> messageIds) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (String id : messageIds) {
                insert.setString(1, id);
                insert.setString(2, ROLLED_BACK);
                insert.setString(3, engine);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Remembers that the engine has confirmed COMMIT, so that clean-up may remove the rows when they are old. */
    public void confirm(Collection<String> messageIds) throws SQLException {
        for (List<String> part : Look.parts(messageIds)) {
            try (OwnTransaction transaction = OwnTransaction.begin(database)) {
                markConfirmed(transaction.connection(), part);
                transaction.commit(Look.identity());
            }
        }
    }

    static void markConfirmed(Connection connection, List<String> messageIds) throws SQLException {
        String sql =
                "UPDATE pledge_barrier SET confirmed = 1 WHERE message_id IN (" + Look.marks(messageIds.size()) + ")";
        Dialect.execute(connection, sql, messageIds.toArray());
    }

    /**
     * Reads, in a transaction of its own, which of these messages have a committed row that says COMMITTED.
     *
     * @throws OtherDatabaseException if the data source reaches another database now
     */
    public Set<String> committedAmong(Collection<String> messageIds) throws SQLException {
        Set<String> committed = new HashSet<>();
        for (List<String> part : Look.parts(messageIds)) {
            try (OwnTransaction transaction = OwnTransaction.begin(database)) {
                Look.Sight sight = transaction.commit(Look.barrier(part));
                part.stream().filter(id -> sight.barrier(id).equals(COMMITTED)).forEach(committed::add);
            }
        }
        return committed;
    }

    /** For operators: an engine that is gone for good will confirm nothing; its rows need not wait for it. */
    public void releaseEngine(String goneEngine) throws SQLException {
        List<String> page = page(goneEngine);
        while (!page.isEmpty()) {
            confirm(page);
            page = page(goneEngine);
        }
    }

    private List<String> page(String goneEngine) throws SQLException {
        String sql = "SELECT message_id FROM pledge_barrier WHERE engine = ? AND confirmed = 0 AND state = 'COMMITTED'"
                + " ORDER BY message_id";
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            List<String> ids = new ArrayList<>();
            try (PreparedStatement query = transaction.connection().prepareStatement(sql)) {
                query.setMaxRows(Look.IDS_PER_STATEMENT);
                query.setString(1, goneEngine);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        ids.add(rows.getString(1));
                    }
                }
            }
            transaction.commit(Look.identity());
            return ids;
        }
    }
}
