package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.sdk.embedded.EmbeddedTransport;
import io.pledgemq.sdk.retry.RetryPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that are larger than what the engine takes at a time: they are sent in portions, never refused. */
final class EmbeddedBigTest {
    private static final int BODY = 256 << 10;
    private static final long IN_FLIGHT = 1 << 20;

    @TempDir
    private Path directory;

    private JdbcConnectionPool database;

    @BeforeEach
    void open() {
        database = JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    }

    @AfterEach
    void close() {
        database.dispose();
    }

    private static EngineConfig config() {
        Limits usual = Limits.DEFAULT;
        return EngineConfig.defaults()
                .withLimits(new Limits(
                        usual.bodyBytes(),
                        usual.properties(),
                        usual.propertiesBytes(),
                        usual.topics(),
                        usual.groups(),
                        usual.delayMs(),
                        usual.preparedPerSender(),
                        IN_FLIGHT,
                        usual.rows()));
    }

    private static int sendMany(PledgeMQ mq, int count) {
        return mq.callInTransaction(tx -> {
            send(tx, count);
            return count;
        });
    }

    private static void send(Transaction tx, int count) {
        for (int i = 0; i < count; i++) {
            tx.send("docs", "d" + i, new byte[BODY]);
        }
    }

    @Test
    void severalTransactionsAtATimeEachLargerThanTheBoundAreTaken() throws Exception {
        try (EmbeddedTransport engine = EmbeddedTransport.open(directory, config(), Duration.ofSeconds(10));
                PledgeMQ mq = PledgeMQ.builder(database).open(engine)) {
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<Integer>> sends = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                sends.add(threads.submit(() -> sendMany(mq, 12)));
            }
            for (Future<Integer> send : sends) {
                assertThat(send.get(60, TimeUnit.SECONDS)).isEqualTo(12);
            }
            threads.shutdown();
        }
    }

    @Test
    void anEngineThatSomebodyElseOpenedWithASmallerBoundTakesThemToo() throws Exception {
        try (Engine engine = Engine.open(directory, config());
                EmbeddedTransport transport = EmbeddedTransport.on(engine);
                PledgeMQ mq = PledgeMQ.builder(database).open(transport)) {
            assertThat(sendMany(mq, 12)).isEqualTo(12);
        }
    }

    @Test
    void oneBodyMayBeLargerThanTheBoundAndGoesAlone() throws Exception {
        try (EmbeddedTransport engine = EmbeddedTransport.open(directory, config(), Duration.ofSeconds(10));
                PledgeMQ mq = PledgeMQ.builder(database).open(engine)) {
            mq.inTransaction(tx -> {
                send(tx, 6);
                tx.send("docs", "large", new byte[2 << 20]);
                send(tx, 6);
            });
        }
    }

    @Test
    void aHandlerThatSendsMoreThanTheBoundRunsOnce() throws Exception {
        try (EmbeddedTransport engine = EmbeddedTransport.open(directory, config(), Duration.ofSeconds(10));
                PledgeMQ mq = PledgeMQ.builder(database).open(engine)) {
            AtomicInteger runs = new AtomicInteger();
            AtomicInteger arrived = new AtomicInteger();
            SubscriptionOptions options = SubscriptionOptions.standard()
                    .retry(RetryPolicy.fixed(Duration.ofMillis(10)).maxAttempts(3));
            mq.subscribe("in", "splitter", String.class, options, (tx, message) -> {
                runs.incrementAndGet();
                send(tx, 12);
            });
            mq.subscribe("docs", "reader", byte[].class, (tx, message) -> arrived.incrementAndGet());
            mq.inTransaction(tx -> {
                tx.send("in", "k", "x");
            });
            Eventually.holds(() -> arrived.get() == 12);
            assertThat(runs).hasValue(1);
        }
    }
}
