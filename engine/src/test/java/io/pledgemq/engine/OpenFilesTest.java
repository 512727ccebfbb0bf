package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.io.StorageFile;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.view.FindRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A log may have many segments; how many files are open has a bound, and nothing sealed is open twice. */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class OpenFilesTest {
    /** The active segment twice, as readers and the writer need a channel each, the lock, and one just being opened. */
    private static final int BESIDES = 6;

    @TempDir
    Path directory;

    private List<String> open() throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
            for (Path handle : handles.toList()) {
                try {
                    Path target = Files.readSymbolicLink(handle);
                    if (target.startsWith(directory.toRealPath())) {
                        open.add(target.getFileName().toString());
                    }
                } catch (NoSuchFileException e) {
                    // Closed meanwhile.
                }
            }
        }
        return open;
    }

    @Test
    void anEngineWithManySegmentsKeepsFewFilesOpen() throws IOException {
        int bound = 16;
        EngineConfig config = EngineConfig.defaults()
                .withLimits(new Limits(16 << 10, 16, 1024, 100, 100, 3_600_000, 1000, 1 << 20, Limits.Rows.DEFAULT))
                .withLog(new LogConfig(128 << 10, 64 << 10, 1));
        List<Long> positions = new ArrayList<>();
        try (Engine engine = Engine.open(FileStorage.open(directory, bound), config)) {
            engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
            for (int i = 0; i < 480; i++) {
                Message message =
                        Message.of("m-" + i, "plain", new byte[16 << 10]).withKey("key-" + i);
                positions.add(((Outcome.Stored) engine.send(message).join()).position());
            }
            engine.maintain();
            for (int i = 0; i < positions.size(); i += 3) {
                assertThat(engine.desk().find(FindRequest.byKey("key-" + i)).items())
                        .singleElement()
                        .satisfies(found -> assertThat(found.sizeBytes()).isEqualTo(16 << 10));
            }
            try (Stream<Path> segments = Files.list(directory)) {
                assertThat(segments.filter(file -> file.toString().endsWith(".log")))
                        .hasSizeGreaterThan(60);
            }
            assertThat(open()).hasSizeLessThanOrEqualTo(bound + BESIDES);
            assertThat(engine.desk().find(FindRequest.byId(MessageId.of("m-0"))).items())
                    .hasSize(1);
        }
        try (Engine again = Engine.open(FileStorage.open(directory, bound), config)) {
            assertThat(open()).hasSizeLessThanOrEqualTo(bound + BESIDES);
            assertThat(again.desk().find(FindRequest.byKey("key-7")).items()).hasSize(1);
        }
        assertThat(open()).isEmpty();
    }

    @Test
    void noSealedSegmentIsOpenTwice() throws IOException {
        EngineConfig config = EngineConfig.defaults()
                .withLimits(new Limits(16 << 10, 16, 1024, 100, 100, 3_600_000, 1000, 1 << 20, Limits.Rows.DEFAULT))
                .withLog(new LogConfig(128 << 10, 64 << 10, 1));
        try (Engine engine = Engine.open(directory, config)) {
            engine.createTopic(new TopicConfig("plain", TopicType.NORMAL)).join();
            for (int i = 0; i < 60; i++) {
                engine.send(Message.of("m-" + i, "plain", new byte[16 << 10]).withKey("key-" + i))
                        .join();
            }
            engine.maintain();
            for (int i = 0; i < 60; i++) {
                assertThat(engine.desk().find(FindRequest.byKey("key-" + i)).items())
                        .hasSize(1);
            }
            List<String> open = new ArrayList<>(open());
            String active = open.stream()
                    .filter(name -> name.startsWith("segment-"))
                    .max(String::compareTo)
                    .orElseThrow();
            open.removeIf(active::equals);
            assertThat(new HashSet<>(open)).hasSameSizeAs(open);
        }
    }

    @Test
    void readersGoOnWhileTheirFilesAreClosedAndOpenedAgain() throws Exception {
        int files = 40;
        int bound = 4;
        try (FileStorage storage = FileStorage.open(directory, bound)) {
            Map<Integer, StorageFile> opened = new java.util.HashMap<>();
            for (int i = 0; i < files; i++) {
                StorageFile file = storage.create("f-" + i);
                file.write(0, ByteBuffer.allocate(4096).putInt(0, i));
                file.doneWriting();
                opened.put(i, file);
            }
            List<CompletableFuture<Void>> readers = new ArrayList<>();
            for (int reader = 0; reader < 4; reader++) {
                SplittableRandom random = new SplittableRandom(reader);
                readers.add(CompletableFuture.runAsync(() -> readAll(opened, random)));
            }
            for (CompletableFuture<Void> reader : readers) {
                reader.get(60, java.util.concurrent.TimeUnit.SECONDS);
            }
            assertThat(open()).hasSizeLessThanOrEqualTo(bound + 1);
            for (StorageFile file : opened.values()) {
                file.close();
            }
        }
        assertThat(open()).isEmpty();
    }

    private static void readAll(Map<Integer, StorageFile> files, SplittableRandom random) {
        for (int i = 0; i < 5_000; i++) {
            int number = random.nextInt(files.size());
            ByteBuffer bytes = ByteBuffer.allocate(4096);
            try {
                Objects.requireNonNull(files.get(number)).readFully(0, bytes);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            assertThat(bytes.position()).isEqualTo(4096);
            assertThat(bytes.getInt(0)).isEqualTo(number);
        }
    }
}
