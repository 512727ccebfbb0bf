package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.view.DeadLetterView;
import io.pledgemq.sdk.embedded.EmbeddedTransport;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.retry.WhenExhausted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two services with a database each, and one durable engine in the same process. */
final class EmbeddedEndToEndTest {
    /** Orders are made in the one and arrive in the other. */
    record Order(String id) {}

    private Path directory = Path.of("");
    private JdbcConnectionPool orders = JdbcConnectionPool.create("jdbc:h2:mem:", "", "");
    private JdbcConnectionPool stock = orders;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void createDatabases() throws Exception {
        directory = Files.createTempDirectory("pledge-e2e");
        orders = database("orders");
        stock = database("stock");
    }

    private JdbcConnectionPool database(String name) throws SQLException {
        JdbcConnectionPool pool = JdbcConnectionPool.create(
                "jdbc:h2:file:" + directory.resolve(name) + ";WRITE_DELAY=0;DB_CLOSE_DELAY=-1", "sa", "");
        execute(pool, "CREATE TABLE facts (id VARCHAR(50) PRIMARY KEY)");
        return pool;
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        orders.dispose();
        stock.dispose();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private EmbeddedTransport engine() {
        EngineConfig config = EngineConfig.defaults()
                .withChecks(new CheckPolicy(100, 500, 1_000, 5_000))
                .withOnAlert(alert -> {});
        EmbeddedTransport transport =
                EmbeddedTransport.open(directory.resolve("engine"), config, Duration.ofMillis(200));
        open.add(transport);
        return transport;
    }

    private PledgeMQ service(String name, JdbcConnectionPool database, io.pledgemq.sdk.transport.Transport transport) {
        PledgeMQ mq = PledgeMQ.builder(database).service(name).open(transport);
        open.add(mq);
        return mq;
    }

    private static void execute(JdbcConnectionPool pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void fact(Transaction tx, String id) throws SQLException {
        try (Statement statement = tx.connection().createStatement()) {
            statement.execute("INSERT INTO facts VALUES ('" + id + "')");
        }
    }

    private static int facts(JdbcConnectionPool pool) throws SQLException {
        return rows(pool, "facts");
    }

    private static int rows(JdbcConnectionPool pool, String tableAndCondition) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + tableAndCondition)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void order(PledgeMQ mq, String id) throws SQLException {
        mq.inTransaction(tx -> {
            fact(tx, id);
            tx.send("order-created", id, new Order(id));
        });
    }

    private static SubscriptionOptions quick(int attempts) {
        return SubscriptionOptions.standard()
                .retry(RetryPolicy.fixed(Duration.ofMillis(10)).maxAttempts(attempts));
    }

    @Test
    void aServiceWithItsOwnEngineNeedsOneLineToStart() throws Exception {
        try (PledgeMQ mq = PledgeMQ.embedded(directory.resolve("own"), orders)) {
            AtomicBoolean taken = new AtomicBoolean();
            mq.subscribe("order-created", "warehouse", Order.class, (tx, message) -> taken.set(true));
            order(mq, "o1");
            Eventually.holds(taken::get);
        }
        try (PledgeMQ again = PledgeMQ.embedded(directory.resolve("own"), orders)) {
            order(again, "o2");
        }
    }

    @Test
    void everyOrderArrivesExactlyOnceAndNoneThatFailed() throws Exception {
        EmbeddedTransport engine = engine();
        PledgeMQ sender = service("orders", orders, engine);
        AtomicInteger calls = new AtomicInteger();
        service("stock", stock, engine)
                .subscribe("order-created", "warehouse", Order.class, quick(100), (tx, message) -> {
                    fact(tx, message.payload().id());
                    if (calls.incrementAndGet() % 5 == 0) {
                        throw new IllegalStateException("every fifth attempt fails");
                    }
                });
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> sends = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String id = "o" + i;
            boolean fails = i % 4 == 0;
            sends.add(threads.submit(() -> {
                try {
                    sender.inTransaction(tx -> {
                        fact(tx, id);
                        tx.send("order-created", id, new Order(id));
                        if (fails) {
                            throw new IllegalStateException("fails");
                        }
                    });
                } catch (IllegalStateException expected) {
                    assertThat(fails).isTrue();
                }
                return id;
            }));
        }
        for (Future<?> send : sends) {
            send.get();
        }
        threads.shutdown();
        Eventually.holds(() -> facts(stock) == 150);
        assertThat(facts(orders)).isEqualTo(150);
    }

    @Test
    void messageWhoseDecisionWasLostIsDeliveredAfterTheCheck() throws Exception {
        EmbeddedTransport engine = engine();
        PledgeMQ sender = service("orders", orders, new LossyTransport(engine));
        PledgeMQ consumer = service("stock", stock, engine);
        consumer.subscribe(
                "order-created",
                "warehouse",
                Order.class,
                (tx, message) -> fact(tx, message.payload().id()));
        order(sender, "o1");
        Eventually.holds(() -> facts(stock) == 1);
    }

    @Test
    void aLaterProcessOfTheServiceAnswersForOneThatDied() throws Exception {
        EmbeddedTransport engine = engine();
        PledgeMQ dying = service("orders", orders, new LossyTransport(engine));
        order(dying, "o1");
        String undecided =
                dying.inTransaction(Message.of("order-created", "o2", new Order("o2")), tx -> fact(tx, "o2"));
        open.remove(dying);
        dying.close();
        open.remove(engine);
        engine.close();
        EmbeddedTransport restarted = engine();
        service("stock", stock, restarted)
                .subscribe(
                        "order-created",
                        "warehouse",
                        Order.class,
                        (tx, message) -> fact(tx, message.payload().id()));
        assertThat(restarted.settledAmong(Set.of(undecided))).isEmpty();
        PledgeMQ next = service("orders", orders, restarted);
        Eventually.holds(() -> facts(stock) == 2);
        assertThat(restarted.settledAmong(Set.of(undecided))).containsExactly(undecided);
        assertThat(next.cleanUp().unconfirmed()).isZero();
    }

    @Test
    void confirmedDecisionsNeedNoNoteBecauseTheEngineKnowsThemWhenRowsAreCleanedUp() throws Exception {
        MovableClock clock = new MovableClock();
        PledgeMQBuilder builder = PledgeMQ.builder(orders).clock(clock).cleanUpEvery(Duration.ofDays(1));
        builder.databaseClock = databaseMs -> clock.millis();
        PledgeMQ mq = builder.open(engine());
        open.add(mq);
        order(mq, "o1");
        order(mq, "o2");
        clock.move(Duration.ofDays(8));
        assertThat(mq.cleanUp().barrierRows())
                .as("the first run raises the watermark")
                .isZero();
        assertThat(rows(orders, "pledge_barrier WHERE confirmed = 1")).isZero();
        assertThat(rows(orders, "pledge_barrier")).isEqualTo(2);
        assertThat(mq.cleanUp().barrierRows()).isEqualTo(2);
        assertThat(rows(orders, "pledge_barrier")).isZero();
    }

    @Test
    void theHistoryOfAMessageNamesTheInstanceThatDecided() throws Exception {
        EmbeddedTransport engine = engine();
        PledgeMQ mq =
                PledgeMQ.builder(orders).service("orders").instance("orders-7").open(engine);
        open.add(mq);
        String committed = mq.inTransaction(Message.of("order-created", "o1", new Order("o1")), tx -> fact(tx, "o1"));
        Eventually.holds(() -> engine.engine().desk().history(MessageId.of(committed)).stream()
                .anyMatch(event -> event.type() == CommandType.DECIDE
                        && event.party().contains("orders-7")
                        && event.text().contains("COMMIT")));
    }

    @Test
    void strangerWithTheSameServiceNameDecidesNothing() throws Exception {
        EmbeddedTransport engine = engine();
        PledgeMQ dying = service("orders", orders, new LossyTransport(engine));
        order(dying, "o1");
        open.remove(dying);
        dying.close();
        service("orders", stock, engine);
        String waiting = engine.engine()
                .desk()
                .undecided(0, 10)
                .items()
                .get(0)
                .message()
                .id()
                .text();
        AtomicBoolean decided = new AtomicBoolean();
        service("orders", orders, engine)
                .subscribe("order-created", "warehouse", Order.class, (tx, message) -> decided.set(true));
        Eventually.holds(decided::get);
        assertThat(engine.settledAmong(Set.of(waiting))).containsExactly(waiting);
    }

    @Test
    void deadLetterHasItsReasonAndARedriveAppliesItsRevision() throws Exception {
        EmbeddedTransport engine = engine();
        AtomicBoolean fail = new AtomicBoolean(true);
        List<Integer> revisions = new CopyOnWriteArrayList<>();
        service("stock", stock, engine)
                .subscribe("order-created", "warehouse", Order.class, quick(3), (tx, message) -> {
                    if (fail.get()) {
                        throw new IllegalStateException(
                                "no stock of " + message.payload().id());
                    }
                    revisions.add(message.revision());
                });
        order(service("orders", orders, engine), "o1");
        Eventually.holds(() -> !deadLetters(engine).isEmpty());
        DeadLetterView dead = deadLetters(engine).get(0);
        assertThat(dead.reason()).contains("no stock of o1");
        assertThat(dead.attempts()).isEqualTo(3);
        fail.set(false);
        engine.engine()
                .desk()
                .retry(dead, Party.operator("ann", "stock has come"))
                .join();
        Eventually.holds(() -> revisions.equals(List.of(1)));
        Eventually.holds(() -> deadLetters(engine).isEmpty());
    }

    private static List<DeadLetterView> deadLetters(EmbeddedTransport engine) {
        return engine.engine().desk().deadLetters("warehouse", 0, 10).items();
    }

    @Test
    void exhaustedMessageIsCompensatedAtItsSender() throws Exception {
        EmbeddedTransport engine = engine();
        PledgeMQ sender = service("orders", orders, engine);
        List<String> cancelled = new CopyOnWriteArrayList<>();
        sender.onCompensate("order-created", Order.class, (tx, undo) -> {
            fact(tx, "cancelled-" + undo.payload().id());
            cancelled.add(undo.reason());
        });
        PledgeMQ warehouse = service("stock", stock, engine);
        AtomicBoolean unpacked = new AtomicBoolean();
        AtomicBoolean packed = new AtomicBoolean();
        warehouse.subscribe("order-created", "packing", Order.class, (tx, message) -> packed.set(true));
        warehouse.onCompensate("order-created", "packing", Order.class, (tx, undo) -> unpacked.set(true));
        order(sender, "o1");
        Eventually.holds(packed::get);
        SubscriptionOptions options = quick(2).whenExhausted(WhenExhausted.COMPENSATE);
        warehouse.subscribe("order-created", "warehouse", Order.class, options, (tx, message) -> {
            throw new IllegalStateException("no stock");
        });
        Eventually.holds(() -> !cancelled.isEmpty());
        Eventually.holds(unpacked::get);
        assertThat(cancelled.get(0)).contains("no stock");
        Eventually.holds(() -> facts(orders) == 2);
        assertThat(facts(stock)).isZero();
    }

    @Test
    void messagesOfOneGroupArriveInOrder() throws Exception {
        EmbeddedTransport engine = engine();
        engine.createFifoTopic("steps");
        PledgeMQ sender = service("orders", orders, engine);
        List<String> arrived = new CopyOnWriteArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        service("stock", stock, engine).subscribe("steps", "warehouse", String.class, quick(50), (tx, message) -> {
            if (calls.incrementAndGet() % 3 == 0) {
                throw new IllegalStateException("every third attempt fails");
            }
            arrived.add(message.payload());
        });
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String step = "step" + i;
            expected.add(step);
            sender.inTransaction(tx -> {
                tx.send(Message.of("steps", "o1", step).inGroup("o1"));
            });
        }
        Eventually.holds(() -> arrived.size() == 30);
        assertThat(arrived).containsExactlyElementsOf(expected);
    }

    @Test
    void badInputSaysWhatToDo() throws Exception {
        EmbeddedTransport engine = engine();
        PledgeMQ sender = service("orders", orders, engine);
        assertThatThrownBy(() -> sender.inTransaction(tx -> {
                    fact(tx, "o1");
                    tx.send("order-created", "o1", new byte[engine.limits().bodyBytes() + 1]);
                }))
                .isInstanceOf(MessageRefusedException.class)
                .hasMessageContaining("send a reference");
        assertThatThrownBy(() -> EmbeddedTransport.open(directory.resolve("engine")))
                .isInstanceOf(EngineUnavailableException.class)
                .hasMessageContaining("one process at a time");
        engine.createDelayTopic("later");
        assertThatThrownBy(() -> sender.inTransaction(tx -> {
                    fact(tx, "o1");
                    tx.send(Message.of("later", "o1", "x").inGroup("g"));
                }))
                .isInstanceOf(MessageRefusedException.class);
        assertThat(facts(orders)).isZero();
    }

    @Test
    void anEngineIsTheSameOneAfterARestart() {
        EmbeddedTransport first = engine();
        String id = first.engineId();
        assertThat(id)
                .isEqualTo(first.engine().id().toString())
                .hasSizeLessThanOrEqualTo(io.pledgemq.sdk.transport.Transport.MAX_ENGINE_ID);
        first.close();
        assertThat(engine().engineId()).isEqualTo(id);
    }

    @Test
    void engineThatIsClosedCancelsTheOperation() throws Exception {
        EmbeddedTransport engine = engine();
        PledgeMQ sender = service("orders", orders, engine);
        engine.engine().close();
        assertThatThrownBy(() -> order(sender, "o1")).isInstanceOf(EngineUnavailableException.class);
        assertThat(facts(orders)).isZero();
        assertThat(engine.engine().deleteTopic("x").join()).isInstanceOf(Outcome.Refused.class);
    }
}
