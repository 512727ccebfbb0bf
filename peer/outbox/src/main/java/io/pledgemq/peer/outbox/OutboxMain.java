package io.pledgemq.peer.outbox;

import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.Submitter;
import com.gruelbox.transactionoutbox.TransactionManager;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The same orders as the SDK's {@code OrderLoad}, by an outbox library: the order and the outbox row in one transaction,
 * then a task that takes the stock in the other database, with a row that makes it idempotent. Arguments: orders, threads.
 * Prints orders a second, from the first order to the last movement.
 */
public final class OutboxMain {
    private static final String PADDING = "x".repeat(1_000);
    /** Orders that wait for their task; without a bound the library falls behind further and further. */
    private static final int MOST_WAITING = 500;

    private OutboxMain() {}

    /** What the outbox calls; the library makes a proxy of it. */
    public interface Stock {
        /** Takes the stock of one order. */
        void take(String id, String content);
    }

    private static HikariDataSource database(EmbeddedPostgres server, String name, int threads) throws SQLException {
        try (Connection admin = server.getPostgresDatabase().getConnection();
                Statement sql = admin.createStatement()) {
            sql.execute("CREATE DATABASE " + name);
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://localhost:" + server.getPort() + "/" + name);
        config.setUsername("postgres");
        config.setPassword("");
        config.setMaximumPoolSize(2 * threads + 4);
        HikariDataSource pool = new HikariDataSource(config);
        try (Connection connection = pool.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE TABLE facts (id VARCHAR(50) PRIMARY KEY, content BYTEA)");
            sql.execute("CREATE TABLE seen (id VARCHAR(50) PRIMARY KEY)");
        }
        return pool;
    }

    private static void insert(Connection connection, String id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO facts VALUES (?, ?)")) {
            insert.setString(1, id);
            insert.setBytes(2, new byte[PADDING.length()]);
            insert.executeUpdate();
        }
    }

    private static void take(HikariDataSource stock, String id) {
        try (Connection connection = stock.getConnection()) {
            connection.setAutoCommit(false);
            int first;
            try (PreparedStatement seen =
                    connection.prepareStatement("INSERT INTO seen VALUES (?) ON CONFLICT DO NOTHING")) {
                seen.setString(1, id);
                first = seen.executeUpdate();
            }
            if (first == 1) {
                insert(connection, id);
            }
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double run(TransactionManager transactions, TransactionOutbox outbox, Load load) throws Exception {
        long start = System.nanoTime();
        AtomicInteger left = new AtomicInteger(load.count);
        ExecutorService senders = Executors.newFixedThreadPool(load.threads);
        for (int i = 0; i < load.threads; i++) {
            senders.execute(() -> {
                while (left.getAndDecrement() > 0) {
                    load.waiting.acquireUninterruptibly();
                    String id = "o" + load.ids.incrementAndGet();
                    transactions.inTransactionReturns(transaction -> {
                        try {
                            insert(transaction.connection(), id);
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                        outbox.schedule(Stock.class).take(id, PADDING);
                        return id;
                    });
                }
            });
        }
        senders.shutdown();
        senders.awaitTermination(1, TimeUnit.HOURS);
        load.waiting.acquire(MOST_WAITING);
        load.waiting.release(MOST_WAITING);
        return load.count * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
    }

    private record Load(int count, int threads, AtomicInteger ids, Semaphore waiting) {}

    /** Warms up with as many orders as it then measures. */
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[0]);
        int threads = Integer.parseInt(arguments[1]);
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "200")
                .start()) {
            HikariDataSource orders = database(server, "orders", threads);
            HikariDataSource stock = database(server, "stock", threads);
            Load load = new Load(count, threads, new AtomicInteger(), new Semaphore(MOST_WAITING));
            ExecutorService workers = Executors.newFixedThreadPool(threads);
            TransactionManager transactions = TransactionManager.fromDataSource(orders);
            Stock takes = (id, content) -> {
                take(stock, id);
                load.waiting.release();
            };
            TransactionOutbox outbox = TransactionOutbox.builder()
                    .transactionManager(transactions)
                    .persistor(Persistor.forDialect(Dialect.POSTGRESQL_9))
                    .instantiator(Instantiator.using(type -> takes))
                    .submitter(Submitter.withExecutor(workers))
                    .build();
            run(transactions, outbox, load);
            System.out.printf(Locale.ROOT, "outbox %.0f%n", run(transactions, outbox, load));
            workers.shutdown();
            orders.close();
            stock.close();
        }
    }
}
