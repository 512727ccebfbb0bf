package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.backup.Backup;
import io.pledgemq.engine.backup.BackupException;
import io.pledgemq.engine.backup.BackupManifest;
import io.pledgemq.engine.backup.Restore;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.log.LogReport;
import io.pledgemq.engine.log.LogVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup of a running engine, and an engine restored from it. */
class BackupTest {
    private static final Sender SENDER = new Sender("orders", "orders-1");
    private static final MessageId UNDECIDED = MessageId.of("undecided");
    private static final Backup.Watch UNWATCHED = bytes -> {};

    @TempDir
    Path temp;

    /** Segments of 128 KiB, nothing kept longer than needed, a snapshot every 64 KiB. */
    private static Engine open(Path directory) throws IOException {
        return Engine.open(
                directory,
                EngineConfig.defaults()
                        .withLimits(
                                new Limits(16 << 10, 16, 1024, 100, 100, 3_600_000, 1000, 1 << 20, Limits.Rows.DEFAULT))
                        .withLog(new LogConfig(128 << 10, 64 << 10, 1))
                        .withRetention(new EngineConfig.Retention(0, 0))
                        .withSnapshotEveryBytes(64 << 10));
    }

    private Path data() {
        return temp.resolve("data");
    }

    private static void catalog(Engine engine) {
        engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
        engine.createTopic(new TopicConfig("kept", TopicType.NORMAL)).join();
        engine.createTopic(new TopicConfig("orders", TopicType.TRANSACTION)).join();
        engine.putGroup(GroupConfig.of("group")).join();
        engine.subscribe("group", "plain", true).join();
        engine.subscribe("group", "kept", true).join();
        engine.subscribe("group", "orders", true).join();
    }

    private static List<Delivery> receive(Engine engine, String topic, int max) {
        ReceiveRequest request = new ReceiveRequest("group", topic, "c", max, Duration.ZERO, Duration.ofSeconds(30));
        return ((Outcome.Received) engine.receive(request, null).join()).deliveries();
    }

    /** Sends and settles messages, so that segments are created and can be deleted. */
    private static void traffic(Engine engine, int messages) {
        for (int i = 0; i < messages; i++) {
            engine.send(Message.of("m-" + System.nanoTime(), "plain", new byte[1000]))
                    .join();
            receive(engine, "plain", 10)
                    .forEach(delivery -> engine.ack(delivery.receipt(), "c", "").join());
        }
    }

    private static Set<String> waiting(Engine engine, String topic) {
        Set<String> ids = new HashSet<>();
        List<Delivery> some = receive(engine, topic, 32);
        while (!some.isEmpty()) {
            some.forEach(delivery -> ids.add(delivery.message().id().text()));
            some = receive(engine, topic, 32);
        }
        return ids;
    }

    private static List<String> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("segment-"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aBackupUnderLoadHoldsAllThatWasAcknowledgedBefore() throws Exception {
        Path target = temp.resolve("backup");
        List<String> before = new ArrayList<>();
        long transactionId;
        BackupManifest manifest;
        try (Engine engine = open(data())) {
            catalog(engine);
            transactionId = ((Outcome.Stored) engine.prepare(
                                    Message.of("undecided", "orders", new byte[] {1}), SENDER, Duration.ofDays(1))
                            .join())
                    .position();
            for (int i = 0; i < 300; i++) {
                engine.send(Message.of("kept-" + i, "kept", new byte[500])).join();
                before.add("kept-" + i);
            }
            traffic(engine, 200);
            engine.maintain();

            AtomicBoolean stop = new AtomicBoolean();
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
                for (int i = 0; !stop.get(); i++) {
                    engine.send(Message.of("late-" + i, "kept", new byte[2000])).join();
                }
            });
            manifest = engine.backup(target, List.of(), "test", UNWATCHED);
            stop.set(true);
            load.join();
        }
        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(target.resolve("log-start")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(BackupManifest.read(target)).isEqualTo(manifest);

        Path restored = temp.resolve("restored");
        assertThat(Restore.run(target, restored)).isEqualTo(manifest);
        try (FileStorage storage = FileStorage.open(restored)) {
            LogReport report = LogVerifier.verify(storage);
            assertThat(report.intact()).isTrue();
            assertThat(report.tornTailBytes()).isZero();
        }
        // Opening replays the log, and stops if a digest of the state in it differs.
        try (Engine engine = open(restored)) {
            assertThat(waiting(engine, "kept")).containsAll(before);
            assertThat(engine.decide(transactionId, UNDECIDED, Decision.COMMIT, Party.sender("orders-1"))
                            .join())
                    .isEqualTo(new Outcome.Decided(Decision.COMMIT, false));
            assertThat(waiting(engine, "orders")).containsExactly("undecided");
        }
    }

    @Test
    void segmentsThatAreStillToBeCopiedStayAndAreDeletedAfterwards() throws Exception {
        Path target = temp.resolve("backup");
        try (Engine engine = open(data())) {
            catalog(engine);
            traffic(engine, 300);
            String oldest = segments(data()).get(0);
            CountDownLatch copying = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            CompletableFuture<BackupManifest> backup = CompletableFuture.supplyAsync(() -> {
                try {
                    return engine.backup(target, List.of(), "test", bytes -> {
                        copying.countDown();
                        await(goOn);
                    });
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            await(copying);
            for (int round = 0; round < 6; round++) {
                traffic(engine, 100);
                engine.maintain();
            }
            assertThat(segments(data())).contains(oldest);
            goOn.countDown();
            backup.get(60, TimeUnit.SECONDS);
            engine.maintain();
            assertThat(segments(data())).doesNotContain(oldest);
        }
        Path restored = temp.resolve("restored");
        Restore.run(target, restored);
        try (Engine engine = open(restored)) {
            assertThat(engine.desk().topics().join())
                    .extracting(topic -> topic.name())
                    .contains("plain", "orders");
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IOException("the test did not go on within 60 s");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aRestoredLogWhoseBeginningWasDeletedOpensFromItsSnapshot() throws Exception {
        Path target = temp.resolve("backup");
        try (Engine engine = open(data())) {
            catalog(engine);
            engine.send(Message.of("kept-1", "kept", new byte[10])).join();
            for (int round = 0; round < 6; round++) {
                traffic(engine, 100);
                engine.maintain();
            }
            assertThat(segments(data())).doesNotContain("segment-0000000001.log");
            engine.backup(target, List.of(), "test", UNWATCHED);
        }
        Path restored = temp.resolve("restored");
        Restore.run(target, restored);
        try (Engine engine = open(restored)) {
            assertThat(waiting(engine, "kept")).containsExactly("kept-1");
        }
    }

    private Path smallBackup() throws IOException {
        Path target = temp.resolve("backup");
        Path key = Files.writeString(temp.resolve("capability.key"), "secret");
        try (Engine engine = open(data())) {
            catalog(engine);
            traffic(engine, 200);
            engine.backup(target, List.of(key), "test", UNWATCHED);
        }
        return target;
    }

    private static void flip(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1)).flip();
            channel.write(one, at);
        }
    }

    @Test
    void everyDamagedFileIsNamedAndNothingIsRestored() throws Exception {
        Path backup = smallBackup();
        Path restored = temp.resolve("restored");
        List<String> names = new ArrayList<>(BackupManifest.read(backup).files().stream()
                .map(file -> file.name())
                .toList());
        assertThat(names).contains("capability.key", "log-start", "segment-0000000001.log");
        names.add(BackupManifest.FILE);
        for (String name : names) {
            Path file = backup.resolve(name);
            long at = Files.size(file) / 3;
            flip(file, at);
            assertThatThrownBy(() -> Restore.run(backup, restored))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining(file.toString());
            assertThat(restored).doesNotExist();
            flip(file, at);
        }
        Files.delete(backup.resolve("segment-0000000001.log"));
        assertThatThrownBy(() -> Restore.run(backup, restored))
                .hasMessageContaining("segment-0000000001.log is missing");
    }

    @Test
    void aBackupFindsDamageThatWasThereBefore() throws Exception {
        Path target = temp.resolve("backup");
        try (Engine engine = open(data())) {
            catalog(engine);
            traffic(engine, 300);
            flip(data().resolve("segment-0000000001.log"), 20_000);
            assertThatThrownBy(() -> engine.backup(target, List.of(), "test", UNWATCHED))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("segment-0000000001.log is damaged in bytes");
            assertThat(target.resolve(BackupManifest.FILE)).doesNotExist();
            assertThatThrownBy(() -> Restore.run(target, temp.resolve("restored")))
                    .hasMessageContaining("holds no whole backup");
        }
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        Path backup = smallBackup();
        assertThatThrownBy(() -> Restore.run(backup, data())).hasMessageContaining("is not empty");
        try (Engine engine = open(data())) {
            assertThatThrownBy(() -> engine.backup(backup, List.of(), "test", UNWATCHED))
                    .hasMessageContaining("is not empty");
        }
    }

    @Test
    void closingEndsABackup() throws Exception {
        Engine engine = open(data());
        catalog(engine);
        traffic(engine, 300);
        CountDownLatch copying = new CountDownLatch(1);
        CompletableFuture<BackupManifest> backup = CompletableFuture.supplyAsync(() -> {
            try {
                return engine.backup(temp.resolve("backup"), List.of(), "test", bytes -> {
                    copying.countDown();
                    Thread.onSpinWait();
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        await(copying);
        engine.close();
        assertThat(backup.handle((done, failed) ->
                                done != null || String.valueOf(failed).contains("closing"))
                        .get(60, TimeUnit.SECONDS))
                .isTrue();
    }
}
