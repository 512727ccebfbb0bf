package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.pledgemq.examples.order.Order;
import io.pledgemq.examples.order.OrderCreated;
import io.pledgemq.examples.order.OrderStore;
import io.pledgemq.examples.warehouse.Warehouse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every kind of inconsistency, planted by hand. */
class ReconciliationTest {

    private static final int ORDERS = 20;

    private final OrderSource source = new OrderGenerator(ORDERS, 3);
    private final OrderStore orderStore = new OrderStore();
    private final Warehouse warehouse = new Warehouse();
    private final HikariDataSource orders = Databases.pool("jdbc:h2:mem:orders", "orders");
    private final HikariDataSource stock = Databases.pool("jdbc:h2:mem:stock", "stock");

    /** Orders 0 to 16 went well, 17 was refused, 18 compensated, 19 is parked. */
    @BeforeEach
    void aRunThatWentWell() throws SQLException {
        try (Connection a = orders.getConnection();
                Connection b = stock.getConnection()) {
            orderStore.createTables(a);
            warehouse.createTables(b);
            warehouse.stockUp(b, source.demand());
            for (int i = 0; i < ORDERS; i++) {
                Order order = source.get(i);
                if (i == 17) {
                    orderStore.refuse(a, order.id(), "no credit");
                    continue;
                }
                orderStore.insert(a, order);
                if (i < 17) {
                    warehouse.take(b, OrderCreated.of(order));
                }
            }
            orderStore.cancel(a, id(18), "handler failed");
        }
    }

    @AfterEach
    void close() {
        orders.close();
        stock.close();
    }

    @Test
    void aRunThatWentWellIsConsistent() throws SQLException {
        Findings found = compare();

        assertThat(found.consistent()).isTrue();
        assertThat(found.examples()).isEmpty();
        assertThat(found.confirmed).isEqualTo(18);
        assertThat(found.rejected).isEqualTo(1);
        assertThat(found.compensated).isEqualTo(1);
        assertThat(found.parked).isEqualTo(1);
        assertThat(found.stockMovements).isEqualTo(lines(0, 17));
    }

    @Test
    void missingMovement() throws SQLException {
        change(stock, "DELETE FROM stock_movements WHERE order_id = '" + id(4) + "' AND line_no = 1");

        Findings found = compare();

        assertThat(found.missing).isEqualTo(1);
        assertThat(found.stockErrors).as("the shelf knows, too").isEqualTo(1);
        assertThat(found.consistent()).isFalse();
        assertThat(found.examples()).first().asString().startsWith(id(4) + " line 1 (");
    }

    @Test
    void confirmedOrderWithoutMovementsThatWaitsForNobody() throws SQLException {
        Findings found = Reconciliation.compare(orders, stock, source.ids(), Set.of(), Set.of());

        assertThat(found.missing).isEqualTo(source.get(19).lines().size());
        assertThat(found.consistent()).isFalse();
    }

    @Test
    void anOrderThatAPersonClosedWithoutItsStockIsSettled() throws SQLException {
        Findings found = Reconciliation.compare(orders, stock, source.ids(), Set.of(), Set.of(id(19)));

        assertThat(found.skipped).isEqualTo(1);
        assertThat(found.missing).isZero();
        assertThat(found.consistent()).isTrue();
    }

    @Test
    void anOrderThatAPersonClosedMustNotHaveAPartOfItsStock() throws SQLException {
        change(
                stock,
                "INSERT INTO stock_movements (order_id, line_no, sku, quantity, back_ordered) SELECT '" + id(19)
                        + "', 99, sku, 1, 0 FROM stock ORDER BY sku LIMIT 1");

        Findings found = Reconciliation.compare(orders, stock, source.ids(), Set.of(), Set.of(id(19)));

        assertThat(found.skipped).isZero();
        assertThat(found.unexpected).isEqualTo(1);
        assertThat(found.consistent()).isFalse();
    }

    @Test
    void untakenOrdersAreConfirmedOnesWithoutAnyMovement() throws SQLException {
        change(stock, "DELETE FROM stock_movements WHERE order_id = '" + id(4) + "' AND line_no = 1");
        change(stock, "DELETE FROM stock_movements WHERE order_id = '" + id(0) + "'");

        assertThat(UntakenOrders.find(orders, stock)).containsExactlyInAnyOrder(id(0), id(19));
    }

    @Test
    void duplicatedMovement() throws SQLException {
        take(source.get(2));

        Findings found = compare();

        assertThat(found.duplicated).isEqualTo(source.get(2).lines().size());
        assertThat(found.stockErrors).as("taken twice from the shelf as well").isZero();
        assertThat(found.consistent()).isFalse();
    }

    @Test
    void movementForARefusedOrder() throws SQLException {
        take(source.get(17));

        assertUnexpected(17);
    }

    @Test
    void movementForACompensatedOrder() throws SQLException {
        take(source.get(18));

        assertUnexpected(18);
    }

    @Test
    void movementForAnOrderThatNobodyPlaced() throws SQLException {
        change(orders, "DELETE FROM order_lines WHERE order_id = '" + id(0) + "'");
        change(orders, "DELETE FROM orders WHERE order_id = '" + id(0) + "'");

        assertUnexpected(0);
        assertThat(compare().unplaced).isEqualTo(1);
    }

    @Test
    void movementForALineThatTheOrderDoesNotHave() throws SQLException {
        change(stock, "UPDATE stock_movements SET line_no = 99 WHERE line_no = 2 AND order_id = '" + id(1) + "'");

        Findings found = compare();

        assertThat(found.unexpected).isEqualTo(1);
        assertThat(found.missing).isEqualTo(1);
    }

    @Test
    void movementWithAnotherQuantity() throws SQLException {
        change(
                stock,
                "UPDATE stock_movements SET quantity = quantity + 1 WHERE line_no = 2 AND order_id = '" + id(1) + "'");

        Findings found = compare();

        assertThat(found.different).isEqualTo(1);
        assertThat(found.consistent()).isFalse();
    }

    @Test
    void orderThatWasLost() throws SQLException {
        change(orders, "DELETE FROM order_refusals");

        Findings found = compare();

        assertThat(found.unplaced).isEqualTo(1);
        assertThat(found.consistent()).isFalse();
    }

    @Test
    void orderThatIsBothRefusedAndThere() throws SQLException {
        change(orders, "INSERT INTO order_refusals VALUES ('" + id(3) + "', 'planted')");

        Findings found = compare();

        assertThat(found.unplaced).isEqualTo(1);
        assertThat(found.consistent()).isFalse();
    }

    @Test
    void stockThatDoesNotAddUp() throws SQLException {
        change(stock, "UPDATE stock SET on_hand = on_hand + 1 WHERE sku = (SELECT MIN(sku) FROM stock)");

        Findings found = compare();

        assertThat(found.stockErrors).isEqualTo(1);
        assertThat(found.consistent()).isFalse();
    }

    @Test
    void deadLetterOfAnOrderThatTookItsStockAfterAllIsNotParked() throws SQLException {
        take(source.get(19));

        Findings found = compare();

        assertThat(found.parked).isZero();
        assertThat(found.consistent()).isTrue();
    }

    private void assertUnexpected(int order) throws SQLException {
        Findings found = compare();

        assertThat(found.unexpected).isEqualTo(source.get(order).lines().size());
        assertThat(found.consistent()).isFalse();
        assertThat(found.examples()).anyMatch(example -> example.startsWith(id(order) + " line 1"));
    }

    private Findings compare() throws SQLException {
        return Reconciliation.compare(orders, stock, source.ids(), Set.of(id(19)), Set.of());
    }

    private void take(Order order) throws SQLException {
        try (Connection connection = stock.getConnection()) {
            warehouse.take(connection, OrderCreated.of(order));
        }
    }

    private static void change(HikariDataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private long lines(int from, int to) {
        long lines = 0;
        for (int i = from; i < to; i++) {
            lines += source.get(i).lines().size();
        }
        return lines;
    }

    private String id(int position) {
        return source.get(position).id();
    }
}
