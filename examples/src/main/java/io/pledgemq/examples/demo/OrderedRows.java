package io.pledgemq.examples.demo;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one query, read one after the other by ascending order id in the sense of {@link String#compareTo}. Throws if
 * the database sorts in another sense, since a merge would then report nonsense.
 */
final class OrderedRows implements AutoCloseable {

    private static final int FETCH_SIZE = 1000;

    private final Statement statement;
    private final ResultSet rows;
    private @Nullable String id;

    /** Runs a query whose column 1 is the order id; the connection must not be in auto-commit mode. */
    OrderedRows(Connection connection, String query) throws SQLException {
        this.statement = connection.createStatement();
        this.statement.setFetchSize(FETCH_SIZE);
        this.rows = statement.executeQuery(query);
        next();
    }

    /** The order id of the current row, or null behind the last one. */
    @Nullable
    String id() {
        return id;
    }

    boolean isAt(String orderId) {
        return orderId.equals(id);
    }

    /** The current row. */
    ResultSet row() {
        return rows;
    }

    void next() throws SQLException {
        String before = id;
        id = rows.next() ? rows.getString(1) : null;
        if (before != null && id != null && before.compareTo(id) > 0) {
            throw new SQLException("The database does not sort byte by byte: " + before + " came before " + id);
        }
    }

    @Override
    public void close() throws SQLException {
        try (statement) {
            rows.close();
        }
    }
}
