package io.pledgemq.examples.order;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;

/**
 * The order service's tables. Every method works inside the caller's transaction and neither commits nor closes the
 * connection it is given. An order that exists is {@code CONFIRMED} or {@code CANCELLED}; one that was refused has no
 * row in {@code orders}, only one in {@code order_refusals}.
 */
public final class OrderStore {

    private static final String[] TABLES = {"""
        CREATE TABLE IF NOT EXISTS orders (
            order_id VARCHAR(64) PRIMARY KEY,
            customer VARCHAR(200) NOT NULL,
            city VARCHAR(100) NOT NULL,
            placed_at TIMESTAMP WITH TIME ZONE NOT NULL,
            total DECIMAL(20, 4) NOT NULL,
            status VARCHAR(10) NOT NULL CHECK (status IN ('CONFIRMED', 'CANCELLED')),
            cancel_reason VARCHAR(1000))""", """
        CREATE TABLE IF NOT EXISTS order_lines (
            order_id VARCHAR(64) NOT NULL REFERENCES orders (order_id),
            line_no INTEGER NOT NULL,
            sku VARCHAR(64) NOT NULL,
            description VARCHAR(200) NOT NULL,
            quantity INTEGER NOT NULL CHECK (quantity > 0),
            unit_price DECIMAL(16, 4) NOT NULL,
            PRIMARY KEY (order_id, line_no))""", """
        CREATE TABLE IF NOT EXISTS order_refusals (
            order_id VARCHAR(64) PRIMARY KEY,
            reason VARCHAR(1000) NOT NULL)"""};

    private static final int MAX_REASON_CHARS = 1000;

    /** Creates the tables that do not exist yet. */
    public void createTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute(table);
            }
        }
    }

    /** Stores a confirmed order with its lines; fails on an id that exists. */
    public void insert(Connection connection, Order order) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO orders"
                + " (order_id, customer, city, placed_at, total, status) VALUES (?, ?, ?, ?, ?, 'CONFIRMED')")) {
            insert.setString(1, order.id());
            insert.setString(2, order.customer());
            insert.setString(3, order.city());
            insert.setObject(4, order.placedAt().atOffset(ZoneOffset.UTC));
            insert.setBigDecimal(5, order.total());
            insert.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO order_lines"
                + " (order_id, line_no, sku, description, quantity, unit_price) VALUES (?, ?, ?, ?, ?, ?)")) {
            int lineNo = 0;
            for (OrderLine line : order.lines()) {
                insert.setString(1, order.id());
                insert.setInt(2, ++lineNo);
                insert.setString(3, line.sku());
                insert.setString(4, line.description());
                insert.setInt(5, line.quantity());
                insert.setBigDecimal(6, line.unitPrice());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Remembers that the order service refused an order; a second refusal of the same order changes nothing. */
    public void refuse(Connection connection, String orderId, String reason) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO order_refusals (order_id, reason)"
                + " SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM order_refusals WHERE order_id = ?)")) {
            insert.setString(1, orderId);
            insert.setString(2, shortened(reason));
            insert.setString(3, orderId);
            insert.executeUpdate();
        }
    }

    /**
     * Cancels a confirmed order; the undo of {@link #insert}.
     *
     * @throws SQLException also if there is no such confirmed order: an undo without its deed is a defect
     */
    public void cancel(Connection connection, String orderId, String reason) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE orders"
                + " SET status = 'CANCELLED', cancel_reason = ? WHERE order_id = ? AND status = 'CONFIRMED'")) {
            update.setString(1, shortened(reason));
            update.setString(2, orderId);
            int rows = update.executeUpdate();
            if (rows != 1) {
                throw new SQLException(
                        "Cannot cancel order " + orderId + ": expected 1 confirmed order with this id, found " + rows);
            }
        }
    }

    /** Returns the ids of all orders that were decided: confirmed, cancelled or refused. */
    public Set<String> decided(Connection connection) throws SQLException {
        Set<String> ids = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT order_id FROM orders UNION ALL SELECT order_id FROM order_refusals")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    private static String shortened(String reason) {
        return reason.length() <= MAX_REASON_CHARS ? reason : reason.substring(0, MAX_REASON_CHARS);
    }
}
