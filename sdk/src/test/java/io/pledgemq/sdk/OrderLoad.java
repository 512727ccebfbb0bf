package io.pledgemq.sdk;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.sdk.embedded.EmbeddedTransport;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Orders from one PostgreSQL database to another through the SDK, beside the same two transactions with a queue in
 * memory between them. Everything is durable. Not part of the build: run {@code main}, with the number of orders,
 * threads and rounds.
 */
final class OrderLoad implements AutoCloseable {
    private static final byte[] PADDING = new byte[1_000];
    /** Innermost first: what a sampled thread is doing. */
    private static final Map<String, String> PLACES = Map.of(
            "embedded.EmbeddedTransport.prepare", "prepare: waiting for the engine's force",
            "jdbc.Barrier.insert", "barrier row",
            "jdbc.Barrier.objectionsToCommit", "reading the barrier row back",
            "jdbc.Inbox.claim", "inbox row",
            "jdbc.Inbox.objectionToCommit", "reading the inbox row back",
            "OwnedTransaction.begin", "connection and begin",
            "OrderLoad.insert", "the business statement",
            "PgConnection.commit", "COMMIT",
            "OwnedTransaction.close", "giving the connection back");

    private final EmbeddedPostgres server;
    private final ProcessHandle postmaster;
    private final HikariDataSource orders;
    private final HikariDataSource stock;
    private final EmbeddedTransport transport;
    private final int threads;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<String, Integer> samples = new TreeMap<>();

    private OrderLoad(int threads) throws Exception {
        this.threads = threads;
        server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "200")
                .start();
        postmaster = postmaster();
        orders = database("orders");
        stock = database("stock");
        Path directory = Files.createTempDirectory("order-load");
        transport = EmbeddedTransport.open(directory, EngineConfig.defaults(), Duration.ofSeconds(10));
    }

    private ProcessHandle postmaster() throws SQLException {
        try (Connection admin = server.getPostgresDatabase().getConnection();
                Statement sql = admin.createStatement();
                ResultSet row = sql.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return ProcessHandle.of(row.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow();
        }
    }

    private HikariDataSource database(String name) throws SQLException {
        try (Connection admin = server.getPostgresDatabase().getConnection();
                Statement sql = admin.createStatement()) {
            sql.execute("CREATE DATABASE " + name);
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://localhost:" + server.getPort() + "/" + name);
        config.setUsername("postgres");
        config.setPassword("");
        config.setMaximumPoolSize(threads + 4);
        HikariDataSource pool = new HikariDataSource(config);
        try (Connection connection = pool.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE TABLE facts (id VARCHAR(50) PRIMARY KEY, content BYTEA)");
        }
        return pool;
    }

    private static void insert(Connection connection, String id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO facts VALUES (?, ?)")) {
            insert.setString(1, id);
            insert.setBytes(2, PADDING);
            insert.executeUpdate();
        }
    }

    private static void bareTransaction(HikariDataSource database, String id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, id);
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private void inParallel(int count, Callable<?> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> new Thread(task, "order-sender"));
        AtomicInteger left = new AtomicInteger(count);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(pool.submit(() -> {
                while (left.getAndDecrement() > 0) {
                    work.call();
                }
                return count;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        pool.shutdown();
    }

    /** Processor time spent until now, by this process and by the database's. */
    private record Spent(long javaNanos, long databaseNanos) {
        static Spent until(ProcessHandle postmaster) {
            long database = postmaster.descendants().mapToLong(Spent::nanos).sum();
            return new Spent(nanos(ProcessHandle.current()), database);
        }

        private static long nanos(ProcessHandle process) {
            return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
        }

        void print(String what, int count, Spent end) {
            OrderLoad.print(
                    "  %s: processor time of an order %d us in Java, %d us in PostgreSQL",
                    what,
                    TimeUnit.NANOSECONDS.toMicros((end.javaNanos - javaNanos) / count),
                    TimeUnit.NANOSECONDS.toMicros((end.databaseNanos - databaseNanos) / count));
        }
    }

    private double bare(int count) throws Exception {
        Spent spent = Spent.until(postmaster);
        BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        ExecutorService consumer = Executors.newSingleThreadExecutor();
        long start = System.nanoTime();
        Future<?> consumed = consumer.submit(() -> {
            inParallel(count, () -> {
                bareTransaction(stock, queue.take());
                return count;
            });
            return count;
        });
        inParallel(count, () -> {
            String id = "o" + ids.incrementAndGet();
            bareTransaction(orders, id);
            return queue.add(id);
        });
        consumed.get();
        consumer.shutdown();
        double rate = rate(count, start);
        spent.print("bare", count, Spent.until(postmaster));
        return rate;
    }

    private double throughTheSdk(int count) throws Exception {
        CountDownLatch arrived = new CountDownLatch(count);
        try (PledgeMQ sender = PledgeMQ.builder(orders).service("orders").open(transport);
                PledgeMQ receiver = PledgeMQ.builder(stock).service("stock").open(transport)) {
            SubscriptionOptions options = SubscriptionOptions.standard().threads(threads);
            receiver.subscribe("order-created", "warehouse", byte[].class, options, (tx, message) -> {
                insert(tx.connection(), message.key());
                arrived.countDown();
            });
            EngineStats before = transport.engine().desk().stats().join();
            Spent spent = Spent.until(postmaster);
            long start = System.nanoTime();
            inParallel(
                    count,
                    () -> sender.callInTransaction(tx -> {
                        String id = "o" + ids.incrementAndGet();
                        insert(tx.connection(), id);
                        return tx.send("order-created", id, PADDING);
                    }));
            double sent = rate(count, start);
            arrived.await();
            double all = rate(count, start);
            spent.print("SDK", count, Spent.until(postmaster));
            EngineStats after = transport.engine().desk().stats().join();
            print(
                    "  engine: %.1f commands and %.1f forces for an order",
                    (after.commands() - before.commands()) / (double) count,
                    (after.forces() - before.forces()) / (double) count);
            print("  sent %.0f/s, all arrived %.0f/s", sent, all);
            return all;
        }
    }

    private static double rate(int count, long startNanos) {
        return count * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - startNanos);
    }

    private void sample() {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.getAllStackTraces().forEach((thread, stack) -> {
                String name = thread.getName();
                if (name.equals("order-sender") || name.equals("pledge-handler-warehouse")) {
                    samples.merge(name + ": " + place(stack), 1, Integer::sum);
                }
            });
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static String place(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String at = frame.getClassName() + "." + frame.getMethodName();
            for (Map.Entry<String, String> entry : PLACES.entrySet()) {
                if (at.endsWith(entry.getKey())) {
                    return entry.getValue();
                }
            }
        }
        return "the rest, or idle";
    }

    @SuppressWarnings("SystemOut")
    private static void print(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }

    private void run(int count, int rounds) throws Exception {
        print("warm-up");
        bare(count);
        throughTheSdk(count);
        double bareSum = 0;
        double sdkSum = 0;
        for (int round = 1; round <= rounds; round++) {
            double bare = bare(count);
            double sdk = throughTheSdk(count);
            bareSum += bare;
            sdkSum += sdk;
            print("round %d: bare %.0f/s, through the SDK %.0f/s, ratio %.2f", round, bare, sdk, sdk / bare);
        }
        print("mean: bare %.0f/s, SDK %.0f/s, ratio %.2f", bareSum / rounds, sdkSum / rounds, sdkSum / bareSum);
        print("once more, sampled (which costs time, so it is not counted)");
        Thread sampler = new Thread(this::sample, "sampler");
        sampler.start();
        throughTheSdk(count);
        sampler.interrupt();
        sampler.join(10_000);
        int all = samples.values().stream().mapToInt(Integer::intValue).sum();
        samples.forEach((place, times) -> print("%5.1f %%  %s", 100.0 * times / all, place));
    }

    @Override
    public void close() throws IOException {
        transport.close();
        orders.close();
        stock.close();
        server.close();
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    public static void main(String[] arguments) throws Exception {
        try (OrderLoad load = new OrderLoad(argument(arguments, 1, 16))) {
            load.run(argument(arguments, 0, 20_000), argument(arguments, 2, 3));
        }
    }
}
