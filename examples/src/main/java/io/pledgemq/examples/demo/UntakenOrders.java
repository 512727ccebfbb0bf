package io.pledgemq.examples.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import javax.sql.DataSource;

/** Finds the confirmed orders for which the warehouse has no movement at all. Both databases must be at rest. */
final class UntakenOrders {

    private UntakenOrders() {}

    static Set<String> find(DataSource orders, DataSource warehouse) throws SQLException {
        try (Connection orderSide = orders.getConnection();
                Connection warehouseSide = warehouse.getConnection()) {
            // Only outside auto-commit PostgreSQL sends rows in portions.
            orderSide.setAutoCommit(false);
            warehouseSide.setAutoCommit(false);
            try (OrderedRows confirmed = new OrderedRows(
                            orderSide, "SELECT order_id FROM orders WHERE status = 'CONFIRMED' ORDER BY order_id");
                    OrderedRows movements =
                            new OrderedRows(warehouseSide, "SELECT order_id FROM stock_movements ORDER BY order_id")) {
                return withoutMovement(confirmed, movements);
            } finally {
                orderSide.rollback();
                warehouseSide.rollback();
            }
        }
    }

    private static Set<String> withoutMovement(OrderedRows confirmed, OrderedRows movements) throws SQLException {
        Set<String> untaken = new HashSet<>();
        for (String order = confirmed.id(); order != null; order = confirmed.id()) {
            for (String moved = movements.id(); moved != null && moved.compareTo(order) < 0; moved = movements.id()) {
                movements.next();
            }
            if (!movements.isAt(order)) {
                untaken.add(order);
            }
            confirmed.next();
        }
        return untaken;
    }
}
