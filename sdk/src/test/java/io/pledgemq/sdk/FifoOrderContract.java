package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.sdk.embedded.EmbeddedTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The order of a message group, with a real engine: it is the order in which the database let its senders go on. */
interface FifoOrderContract extends Contract {

    @Test
    default void messagesOfSendersThatShareARowLockArriveInTheOrderOfTheLock() throws Exception {
        int count = 400;
        world().execute("CREATE TABLE counters (id INT PRIMARY KEY, n INT)");
        world().execute("INSERT INTO counters VALUES (1, 0)");
        List<Integer> arrived = new CopyOnWriteArrayList<>();
        Path directory = Files.createTempDirectory("pledge-fifo");
        try (EmbeddedTransport engine = EmbeddedTransport.open(directory);
                PledgeMQ mq = world().builder().open(engine)) {
            engine.createFifoTopic("steps");
            mq.subscribe("steps", "ledger", Integer.class, (tx, message) -> arrived.add(message.payload()));
            ExecutorService threads = Executors.newFixedThreadPool(8);
            List<Future<?>> orders = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                orders.add(threads.submit(() -> mq.callInTransaction(tx -> {
                    int n = nextNumber(tx.connection());
                    return tx.send(Message.of("steps", "k" + n, n).inGroup("one"));
                })));
            }
            for (Future<?> order : orders) {
                order.get(60, TimeUnit.SECONDS);
            }
            threads.shutdown();
            Eventually.holds(() -> arrived.size() == count);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
        assertThat(arrived)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, count).boxed().toList());
    }

    private static int nextNumber(Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            int next;
            try (ResultSet row = sql.executeQuery("SELECT n FROM counters WHERE id = 1 FOR UPDATE")) {
                row.next();
                next = row.getInt(1) + 1;
            }
            sql.execute("UPDATE counters SET n = " + next + " WHERE id = 1");
            return next;
        }
    }
}
