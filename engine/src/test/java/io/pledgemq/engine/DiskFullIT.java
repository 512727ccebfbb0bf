package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.log.LogConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine on a real file system that is full: one of 12 MiB in memory, which only root may mount. */
@Timeout(120)
class DiskFullIT {
    private static final int DISK_MIB = 12;
    private static final int BALLAST_BYTES = 4 << 20;
    private static final Limits LIMITS = new Limits(
            64 << 10, 128, 32 << 10, 10, 10, Limits.DEFAULT.delayMs(), 10_000, 64 << 20, Limits.Rows.DEFAULT);
    private static final Sender SENDER = new Sender("orders", "orders-1");
    private static final Party BY = Party.sender("orders-1");

    @TempDir
    Path disk;

    private final BlockingQueue<Alert> alerts = new LinkedBlockingQueue<>();
    private final List<Message> stored = new ArrayList<>();
    private final List<Long> positions = new ArrayList<>();

    @BeforeEach
    void mountAndTakeSpace() throws Exception {
        if (run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs", disk.toString()) != 0) {
            abort("no permission to mount a small file system; SimStorage fills the disk in every build");
        }
        Files.write(disk.resolve("ballast"), new byte[BALLAST_BYTES]);
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Segments of 1 MiB, two of them in reserve, a snapshot for every MiB. */
    private Engine open() throws IOException {
        return Engine.open(
                disk.resolve("data"),
                EngineConfig.defaults()
                        .withLog(new LogConfig(1 << 20, 256 << 10, 2))
                        .withLimits(LIMITS)
                        .withSnapshotEveryBytes(1 << 20)
                        .withOnAlert(alerts::add));
    }

    private Outcome prepare(Engine engine) {
        Message message = Message.of("order-" + stored.size(), "order-created", new byte[32 << 10]);
        Outcome outcome = engine.prepare(message, SENDER, Duration.ofHours(1)).join();
        if (outcome instanceof Outcome.Stored done) {
            stored.add(message);
            positions.add(done.position());
        }
        return outcome;
    }

    private Outcome commit(Engine engine, int number) {
        return engine.decide(positions.get(number), stored.get(number).id(), Decision.COMMIT, BY)
                .join();
    }

    private static List<Delivery> receive(Engine engine) {
        ReceiveRequest request = new ReceiveRequest(
                "warehouse", "order-created", "client-1", 32, Duration.ofSeconds(5), Duration.ofMinutes(5));
        return ((Outcome.Received) engine.receive(request, null).join()).deliveries();
    }

    private Outcome.Refused fill(Engine engine) {
        for (int i = 0; i < DISK_MIB * 32; i++) {
            if (prepare(engine) instanceof Outcome.Refused refused) {
                return refused;
            }
        }
        throw new AssertionError("a disk of " + DISK_MIB + " MiB took " + stored.size() + " messages of 32 KiB");
    }

    private void useUpTheLastByte() throws IOException {
        try (FileChannel rest =
                FileChannel.open(disk.resolve("rest"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer chunk = ByteBuffer.allocate(4096);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < DISK_MIB * 1024; i++) {
                            rest.write(chunk.clear());
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    private Alert.Kind nextAlert() throws InterruptedException {
        Alert alert = alerts.poll(10, TimeUnit.SECONDS);
        return alert == null ? Alert.Kind.DEAD_LETTER : alert.kind();
    }

    @Test
    void aFullDiskRefusesNewMessagesSettlesTheOthersAndRecoversWithoutRestart() throws Exception {
        try (Engine engine = open()) {
            engine.createTopic(new TopicConfig("order-created", TopicType.TRANSACTION))
                    .join();
            engine.putGroup(GroupConfig.of("warehouse")).join();
            engine.subscribe("warehouse", "order-created", true).join();

            Outcome.Refused refused = fill(engine);
            assertThat(refused.why()).isEqualTo(Refusal.DISK_FULL);
            assertThat(refused.text())
                    .contains("the disk is full")
                    .contains("free space")
                    .contains("no restart");
            assertThat(nextAlert()).isEqualTo(Alert.Kind.DISK_FULL);

            int before = stored.size();
            for (int i = 0; i < before; i++) {
                assertThat(commit(engine, i)).isEqualTo(new Outcome.Decided(Decision.COMMIT, false));
            }
            for (int settled = 0; settled < before; ) {
                for (Delivery delivery : receive(engine)) {
                    assertThat(engine.ack(delivery.receipt(), "client-1", "").join())
                            .isEqualTo(Outcome.DONE);
                    settled++;
                }
            }
            assertThat(prepare(engine)).as("still full").isInstanceOf(Outcome.Refused.class);
            assertThat(alerts).as("alerted once").isEmpty();

            Files.delete(disk.resolve("ballast"));
            assertThat(nextAlert()).isEqualTo(Alert.Kind.DISK_FREE);
            assertThat(prepare(engine)).isInstanceOf(Outcome.Stored.class);
            assertThat(commit(engine, before)).isEqualTo(new Outcome.Decided(Decision.COMMIT, false));
        }
        try (Engine engine = open()) {
            assertThat(receive(engine)).hasSize(1);
        }
    }

    @Test
    void anEngineIsOpenedAgainOnADiskThatIsStillFull() throws Exception {
        int undecided;
        try (Engine engine = open()) {
            engine.createTopic(new TopicConfig("order-created", TopicType.TRANSACTION))
                    .join();
            fill(engine);
            undecided = stored.size();
            useUpTheLastByte();
        }
        try (Engine engine = open()) {
            assertThat(engine.desk().stats().join().undecided()).isEqualTo(undecided);
            assertThat(commit(engine, 0)).isEqualTo(new Outcome.Decided(Decision.COMMIT, false));
            assertThat(((Outcome.Refused) prepare(engine)).why()).isEqualTo(Refusal.DISK_FULL);
        }
    }
}
