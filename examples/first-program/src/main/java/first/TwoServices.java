package first;

import io.pledgemq.sdk.PledgeMQ;
import io.pledgemq.sdk.embedded.EmbeddedTransport;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** An order in one database takes its goods from the stock in another: both happen, or neither. */
public final class TwoServices {
    public record OrderCreated(String orderId, String item, int quantity) {}

    public static void main(String[] args) throws Exception {
        DataSource orderDatabase = database("orders", "CREATE TABLE IF NOT EXISTS orders (id VARCHAR(40) PRIMARY KEY)");
        DataSource stockDatabase = database("stock", "CREATE TABLE IF NOT EXISTS taken (item VARCHAR(40), quantity INT)");
        CountDownLatch taken = new CountDownLatch(1);

        try (EmbeddedTransport engine = EmbeddedTransport.open(Path.of("first-data/engine"));
                PledgeMQ orders = PledgeMQ.builder(orderDatabase).createTables(true).open(engine);
                PledgeMQ warehouse = PledgeMQ.builder(stockDatabase).createTables(true).open(engine)) {

            warehouse.subscribe("order-created", "warehouse", OrderCreated.class, (tx, message) -> {
                OrderCreated order = message.payload();
                run(tx.connection(), "INSERT INTO taken VALUES (?, ?)", order.item(), order.quantity());
                System.out.println("taken:  " + order.quantity() + " " + order.item() + " for " + order.orderId());
                taken.countDown();
            });

            OrderCreated order = new OrderCreated("order-" + System.currentTimeMillis(), "lamp", 2);
            orders.inTransaction(tx -> {
                run(tx.connection(), "INSERT INTO orders VALUES (?)", order.orderId());
                tx.send("order-created", order.orderId(), order); // topic, key, payload
            });
            System.out.println("placed: " + order.orderId());
            taken.await(30, TimeUnit.SECONDS);
        }
    }

    private static DataSource database(String name, String table) throws SQLException {
        DataSource database = JdbcConnectionPool.create("jdbc:h2:./first-data/" + name + ";WRITE_DELAY=0", "", "");
        try (Connection connection = database.getConnection()) {
            run(connection, table);
        }
        return database;
    }

    private static void run(Connection connection, String sql, Object... values) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }
}
