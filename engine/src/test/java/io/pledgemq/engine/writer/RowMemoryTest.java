package io.pledgemq.engine.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.ForceListener;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.LeaseTerms;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.io.EngineClock;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.state.State;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a row of memory costs, timers and indexes included: the defaults of {@link Limits} are chosen by it, and
 * docs/operating.md documents it. {@code -Dpledgemq.rows=1000000} measures as many.
 */
class RowMemoryTest {
    private static final int ROWS = Integer.getInteger("pledgemq.rows", 100_000);
    private static final int PER_TURN = 2000;
    private static final long FAR_MS = 3_600_000;

    @TempDir
    Path directory;

    private Storage storage;
    private Log log;
    private Writer writer;

    @BeforeEach
    void open() throws Exception {
        storage = FileStorage.open(directory);
        EngineClock clock = EngineClock.system();
        log = Log.open(storage, LogConfig.defaults(), clock.wallMs());
        writer = new Writer(
                new State(),
                log,
                Limits.DEFAULT.withRows(new Limits.Rows(2 * ROWS, ROWS, 2 * ROWS, ROWS, Integer.MAX_VALUE)),
                CheckPolicy.DEFAULT,
                clock,
                new Writer.Outside(Runnable::run, Runnable::run, alert -> {}, ForceListener.NONE));
        for (TopicType type : List.of(TopicType.NORMAL, TopicType.FIFO, TopicType.DELAY, TopicType.TRANSACTION)) {
            run(new Command.CreateTopic(new TopicConfig(type.name(), type)));
        }
        run(new Command.PutGroup(GroupConfig.of("plain")));
        run(new Command.PutGroup(GroupConfig.of("ordered").withFifo(true)));
        run(new Command.Subscribe("plain", "NORMAL", true));
        run(new Command.Subscribe("ordered", "FIFO", true));
    }

    @AfterEach
    void close() throws Exception {
        log.close();
        storage.close();
    }

    private Outcome run(Command command) {
        CompletableFuture<Outcome> answer = writer.submit(command);
        writer.runOnce();
        return answer.join();
    }

    private void each(IntConsumer work) {
        for (int i = 0; i < ROWS; i++) {
            work.accept(i);
            if (i % PER_TURN == PER_TURN - 1) {
                writer.runOnce();
            }
        }
        writer.runOnce();
    }

    private void send(Message message) {
        var unused = writer.submit(new Command.Send(message), message);
    }

    private static Message message(int number, String topic) {
        return Message.of(topic + number, topic, new byte[8]);
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long bytesPerRow(String what, Runnable work) {
        long before = heap();
        work.run();
        long bytes = (heap() - before) / ROWS;
        System.out.println(ROWS + " " + what + ": " + bytes + " bytes each");
        return bytes;
    }

    /** Leases all messages, and fails each of them. */
    private void lease(String group, String topic) {
        int leased = 0;
        while (leased < ROWS) {
            CompletableFuture<Outcome> answer = writer.submit(new Receive(
                    group, topic, "client", 1000, 0, LeaseTerms.of(FAR_MS), false, null, new CompletableFuture<>()));
            writer.runOnce();
            List<Delivery> deliveries = ((Outcome.Received) answer.join()).deliveries();
            assertThat(deliveries).isNotEmpty();
            leased += deliveries.size();
            for (Delivery delivery : deliveries) {
                var unused = writer.submit(new Command.Fail(delivery.receipt(), "client", "away", true, false, FAR_MS));
            }
            writer.runOnce();
        }
    }

    @Test
    void aRowCostsWhatTheDefaultsWereChosenFor() {
        each(i -> send(message(i, "NORMAL")));
        each(i -> send(message(i, "FIFO").withMessageGroup("g" + i)));
        long deliverAtMs = System.currentTimeMillis() + FAR_MS;
        Sender sender = new Sender("orders", "orders-1");

        long retry = bytesPerRow("waiting for a retry", () -> lease("plain", "NORMAL"));
        long ordered = bytesPerRow("waiting, each of a message group", () -> lease("ordered", "FIFO"));
        assertThat(writer.state().deliveries().used()).isEqualTo(2 * ROWS);
        long delayed =
                bytesPerRow("delayed", () -> each(i -> send(message(i, "DELAY").withDeliverAtMs(deliverAtMs + i))));
        long undecided = bytesPerRow(
                "undecided",
                () -> each(i -> {
                    Message message = message(i, "TRANSACTION");
                    var unused = writer.submit(new Command.Prepare(message, sender, FAR_MS), message);
                }));
        assertThat(writer.state().pending().used()).isEqualTo(2 * ROWS);

        // Tables, indexes and heaps grow by doubling, so a row costs more just after they did.
        assertThat(delayed).isBetween(90L, 200L);
        assertThat(undecided).isBetween(90L, 200L);
        assertThat(retry).isBetween(60L, 150L);
        assertThat(ordered).isBetween(150L, 300L);
    }
}
