package io.pledgemq.examples.demo;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Compares the two databases row by row. It reads nothing but the services' own tables, so it judges PledgeMQ and does
 * not believe it; all it learns is which orders wait for a person, and which a person closed without their stock. Both
 * databases must be at rest.
 */
final class Reconciliation implements AutoCloseable {

    private final Set<String> waiting;
    private final Set<String> skipped;
    private final Findings findings = new Findings();
    private final OrderedRows orders;
    private final OrderedRows refusals;
    private final OrderedRows lines;
    private final OrderedRows movements;

    private record Line(String sku, int quantity) {}

    private Reconciliation(Connection orderSide, Connection warehouseSide, Set<String> waiting, Set<String> skipped)
            throws SQLException {
        this.waiting = waiting;
        this.skipped = skipped;
        this.orders = new OrderedRows(orderSide, "SELECT order_id, status FROM orders ORDER BY order_id");
        this.refusals = new OrderedRows(orderSide, "SELECT order_id FROM order_refusals ORDER BY order_id");
        this.lines = new OrderedRows(
                orderSide, "SELECT order_id, line_no, sku, quantity FROM order_lines ORDER BY order_id, line_no");
        this.movements = new OrderedRows(
                warehouseSide,
                "SELECT order_id, line_no, sku, quantity FROM stock_movements ORDER BY order_id, line_no, movement_id");
    }

    /**
     * Compares.
     *
     * @param asked the orders the run was to place
     * @param waiting confirmed orders with an open dead letter
     * @param skipped orders whose dead letter a person closed: they get no stock
     */
    static Findings compare(
            DataSource orders, DataSource warehouse, SortedSet<String> asked, Set<String> waiting, Set<String> skipped)
            throws SQLException {
        try (Connection orderSide = orders.getConnection();
                Connection warehouseSide = warehouse.getConnection()) {
            // Only outside auto-commit PostgreSQL sends rows in portions.
            orderSide.setAutoCommit(false);
            warehouseSide.setAutoCommit(false);
            try (Reconciliation run = new Reconciliation(orderSide, warehouseSide, waiting, skipped)) {
                run.compareOrders(asked.iterator());
                run.compareStock(warehouseSide);
                return run.findings;
            } finally {
                orderSide.rollback();
                warehouseSide.rollback();
            }
        }
    }

    private void compareOrders(Iterator<String> asked) throws SQLException {
        String nextAsked = asked.hasNext() ? asked.next() : null;
        for (String id = smallest(nextAsked); id != null; id = smallest(nextAsked)) {
            boolean wanted = id.equals(nextAsked);
            compareOrder(id, wanted);
            if (wanted) {
                nextAsked = asked.hasNext() ? asked.next() : null;
            }
        }
    }

    private @Nullable String smallest(@Nullable String asked) {
        return Stream.of(orders, refusals, lines, movements)
                .map(OrderedRows::id)
                .filter(Objects::nonNull)
                .reduce(asked, (a, b) -> a == null || b.compareTo(a) < 0 ? b : a);
    }

    private void compareOrder(String id, boolean wanted) throws SQLException {
        String status = null;
        if (orders.isAt(id)) {
            status = orders.row().getString(2);
            orders.next();
        }
        boolean refused = refusals.isAt(id);
        if (refused) {
            refusals.next();
        }
        checkPlaced(id, wanted, status, refused);
        Map<Integer, Line> due = due(id, status);
        long before = findings.stockMovements;
        compareMovements(id, status, due);
        boolean untouched = findings.stockMovements == before;
        if (!due.isEmpty() && untouched && waiting.contains(id)) {
            findings.parked++;
        } else if (!due.isEmpty() && untouched && skipped.contains(id)) {
            findings.skipped++;
        } else {
            due.forEach((lineNo, line) -> {
                findings.missing++;
                findings.example(id + " line " + lineNo + " (" + line.quantity() + " x " + line.sku()
                        + "): confirmed, but no stock was taken");
            });
        }
    }

    private void checkPlaced(String id, boolean wanted, @Nullable String status, boolean refused) {
        if (status != null) {
            if (status.equals("CONFIRMED")) {
                findings.confirmed++;
            } else {
                findings.compensated++;
            }
        }
        if (refused) {
            findings.rejected++;
        }
        boolean placedOnce = (status != null) != refused;
        if (wanted != placedOnce) {
            findings.unplaced++;
            findings.example(id + ": " + (wanted ? "asked for, " : "not asked for, ")
                    + (status == null ? "not placed" : "placed") + (refused ? ", refused" : ", not refused"));
        }
    }

    /** Returns the lines whose stock must have been taken, by line number. */
    private Map<Integer, Line> due(String id, @Nullable String status) throws SQLException {
        Map<Integer, Line> due = new LinkedHashMap<>();
        for (; lines.isAt(id); lines.next()) {
            if ("CONFIRMED".equals(status)) {
                ResultSet row = lines.row();
                due.put(row.getInt(2), new Line(row.getString(3), row.getInt(4)));
            }
        }
        return due;
    }

    /** Takes every line that has its movement out of {@code due}. */
    private void compareMovements(String id, @Nullable String status, Map<Integer, Line> due) throws SQLException {
        Map<Integer, Line> done = new LinkedHashMap<>();
        for (; movements.isAt(id); movements.next()) {
            findings.stockMovements++;
            ResultSet row = movements.row();
            int lineNo = row.getInt(2);
            Line moved = new Line(row.getString(3), row.getInt(4));
            String what = id + " line " + lineNo + " (" + moved.quantity() + " x " + moved.sku() + "): ";
            if (done.containsKey(lineNo)) {
                findings.duplicated++;
                findings.example(what + "stock was taken more than once");
                continue;
            }
            Line line = due.remove(lineNo);
            if (line == null) {
                findings.unexpected++;
                findings.example(what + "stock was taken, but the order is "
                        + (status == null ? "not there" : status + " without such a line to take"));
                continue;
            }
            done.put(lineNo, line);
            if (!line.equals(moved)) {
                findings.different++;
                findings.example(what + "the order says " + line.quantity() + " x " + line.sku());
            }
        }
    }

    private void compareStock(Connection warehouseSide) throws SQLException {
        try (Statement statement = warehouseSide.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT s.sku, s.initial, s.on_hand, s.back_ordered,
                               COALESCE(m.taken, 0), COALESCE(m.back_ordered, 0)
                        FROM stock s
                        LEFT JOIN (SELECT sku, SUM(quantity - back_ordered) AS taken, SUM(back_ordered) AS back_ordered
                                   FROM stock_movements GROUP BY sku) m ON m.sku = s.sku
                        WHERE s.on_hand <> s.initial - COALESCE(m.taken, 0)
                           OR s.back_ordered <> COALESCE(m.back_ordered, 0)
                        ORDER BY s.sku""")) {
            while (rows.next()) {
                findings.stockErrors++;
                findings.example(
                        "article " + rows.getString(1) + ": began with " + rows.getLong(2) + ", movements took "
                                + rows.getLong(5) + ", on hand " + rows.getLong(3) + "; back-ordered " + rows.getLong(4)
                                + ", movements say " + rows.getLong(6));
            }
        }
    }

    @Override
    public void close() throws SQLException {
        try (orders;
                refusals;
                lines;
                movements) {
            // Closes all four, whatever one of them throws.
        }
    }
}
