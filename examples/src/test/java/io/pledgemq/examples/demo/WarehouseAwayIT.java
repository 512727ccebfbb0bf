package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.examples.order.Order;
import io.pledgemq.examples.order.OrderCreated;
import io.pledgemq.examples.order.OrderStore;
import io.pledgemq.examples.warehouse.Warehouse;
import io.pledgemq.sdk.Message;
import io.pledgemq.sdk.PledgeMQ;
import io.pledgemq.sdk.SubscriptionOptions;
import io.pledgemq.sdk.retry.RetryPolicy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The warehouse's database goes away in the middle of the work, and comes back. */
@Timeout(60)
class WarehouseAwayIT {

    private static final int ORDERS = 60;
    private static final int MAX_ATTEMPTS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final Path directory;
    private final OrderSource orders = new OrderGenerator(ORDERS, 7);
    private final OrderStore store = new OrderStore();
    private final Warehouse warehouse = new Warehouse();
    private final AtomicInteger taken = new AtomicInteger();

    WarehouseAwayIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void ordersArePlacedMeanwhileAndEverythingIsTakenOnceAfterwards() throws Exception {
        try (DataDirectory data = DataDirectory.open(directory.resolve("engine"));
                RestartedPostgres stock = new RestartedPostgres(directory.resolve("warehouse"));
                H2Database books = H2Database.open(directory.resolve("orders"));
                EmbeddedDesk desk = EmbeddedDesk.open(data, alert -> {})) {
            prepare(books.dataSource(), stock);
            try (PledgeMQ warehouseSide =
                            PledgeMQ.builder(stock).service("warehouse-service").open(desk.transport());
                    PledgeMQ orderSide = PledgeMQ.builder(books.dataSource())
                            .service("order-service")
                            .open(desk.transport())) {
                desk.transport().ensureTopic(SdkOrderJob.TOPIC);
                subscribe(warehouseSide);
                place(orderSide, 0, ORDERS / 2);
                await(() -> taken.get() >= ORDERS / 10);

                stock.stop();
                int turnedAway = stock.turnedAway();
                place(orderSide, ORDERS / 2, ORDERS);
                await(() -> stock.turnedAway() >= turnedAway + ORDERS / 2);
                assertThat(desk.unsettled()).isGreaterThanOrEqualTo(ORDERS / 2);

                stock.startAgain();
                await(() -> desk.unsettled() == 0);
            }

            Findings found = Reconciliation.compare(books.dataSource(), stock, orders.ids(), Set.of(), Set.of());
            assertThat(found.examples()).isEmpty();
            assertThat(found.consistent()).isTrue();
            assertThat(found.confirmed).isEqualTo(ORDERS);
            assertThat(desk.figures(0).deadLetters()).isZero();
            assertThat(desk.parked(SdkOrderJob.TOPIC)).isEmpty();
        }
    }

    private void prepare(DataSource books, DataSource stock) throws SQLException {
        try (Connection connection = books.getConnection()) {
            store.createTables(connection);
        }
        try (Connection connection = stock.getConnection()) {
            warehouse.createTables(connection);
            warehouse.stockUp(connection, orders.demand());
        }
    }

    /** So few and so quick attempts that counted ones would be used up long before the database is back. */
    private void subscribe(PledgeMQ warehouseSide) {
        SubscriptionOptions options = SubscriptionOptions.standard()
                .retry(RetryPolicy.exponential(Duration.ofMillis(10), Duration.ofMillis(50))
                        .maxAttempts(MAX_ATTEMPTS))
                .threads(8);
        warehouseSide.subscribe(SdkOrderJob.TOPIC, SdkOrderJob.GROUP, OrderCreated.class, options, (tx, message) -> {
            warehouse.take(tx.connection(), message.payload());
            taken.incrementAndGet();
        });
    }

    private void place(PledgeMQ orderSide, int from, int to) throws SQLException {
        for (int i = from; i < to; i++) {
            Order order = orders.get(i);
            orderSide.inTransaction(
                    Message.of(SdkOrderJob.TOPIC, order.id(), OrderCreated.of(order)),
                    tx -> store.insert(tx.connection(), order));
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still waiting after " + LIMIT).isLessThan(deadline);
            LockSupport.parkNanos(2_000_000);
        }
    }
}
