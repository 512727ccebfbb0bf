package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import io.pledgemq.engine.log.ForceFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails once and then claims success, as disks do. */
class FailedForceTest {
    @TempDir
    Path directory;

    /** Real files whose next force can be made to fail. */
    private static final class UnreliableStorage implements Storage {
        private final Storage real;
        final AtomicBoolean failNextForce = new AtomicBoolean();
        final AtomicInteger forcesAfterTheFailure = new AtomicInteger();
        private volatile boolean failed;

        UnreliableStorage(Storage real) {
            this.real = real;
        }

        private StorageFile unreliable(StorageFile file) {
            return new StorageFile() {
                @Override
                public void write(long offset, ByteBuffer source) throws IOException {
                    file.write(offset, source);
                }

                @Override
                public int read(long offset, ByteBuffer target) throws IOException {
                    return file.read(offset, target);
                }

                @Override
                public void force(boolean metadata) throws IOException {
                    // A spare segment that is being created is another file, and no answer depends on it.
                    if (failed && !metadata) {
                        forcesAfterTheFailure.incrementAndGet();
                    }
                    if (!metadata && failNextForce.compareAndSet(true, false)) {
                        failed = true;
                        throw new IOException("I/O error");
                    }
                    file.force(metadata);
                }

                @Override
                public long sizeBytes() throws IOException {
                    return file.sizeBytes();
                }

                @Override
                public void close() throws IOException {
                    file.close();
                }
            };
        }

        @Override
        public List<String> list() throws IOException {
            return real.list();
        }

        @Override
        public boolean exists(String name) throws IOException {
            return real.exists(name);
        }

        @Override
        public long sizeBytes(String name) throws IOException {
            return real.sizeBytes(name);
        }

        @Override
        public StorageFile create(String name) throws IOException {
            return unreliable(real.create(name));
        }

        @Override
        public StorageFile open(String name) throws IOException {
            return unreliable(real.open(name));
        }

        @Override
        public void rename(String from, String to) throws IOException {
            real.rename(from, to);
        }

        @Override
        public void delete(String name) throws IOException {
            real.delete(name);
        }

        @Override
        public void forceDirectory() throws IOException {
            real.forceDirectory();
        }

        @Override
        public long freeBytes() throws IOException {
            return real.freeBytes();
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }

    @Test
    void afterAFailedForceAllCallsFailAndNothingIsForcedAgain() throws Exception {
        UnreliableStorage storage = new UnreliableStorage(FileStorage.open(directory));
        CompletableFuture<Throwable> fatal = new CompletableFuture<>();
        Engine engine = Engine.open(storage, EngineConfig.defaults().withOnFatal(fatal::complete));
        engine.createTopic(new TopicConfig("t", TopicType.NORMAL)).join();
        assertThat(engine.send(Message.of("safe", "t", new byte[0])).join()).isInstanceOf(Outcome.Stored.class);
        var waiting = engine.receive(
                new ReceiveRequest("g", "t", "c", 1, Duration.ofMinutes(10), Duration.ofSeconds(30)), null);
        assertThat(waiting.join()).isInstanceOf(Outcome.Refused.class);

        storage.failNextForce.set(true);
        CompletableFuture<Outcome> unknown = engine.send(Message.of("unknown", "t", new byte[0]));
        assertThat(fatal.get(10, TimeUnit.SECONDS)).isInstanceOf(ForceFailedException.class);
        assertThatThrownBy(unknown::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(EngineStoppedException.class)
                .hasMessageContaining("unknown");
        assertThatThrownBy(
                        () -> engine.send(Message.of("late", "t", new byte[0])).join())
                .hasCauseInstanceOf(EngineStoppedException.class);
        engine.close();
        assertThat(storage.forcesAfterTheFailure).hasValue(0);

        try (Engine again = Engine.open(directory, EngineConfig.defaults())) {
            assertThat(again.send(Message.of("safe", "t", new byte[0])).join())
                    .isInstanceOfSatisfying(Outcome.Stored.class, stored -> assertThat(stored.duplicate())
                            .isTrue());
            assertThat(again.send(Message.of("late", "t", new byte[0])).join())
                    .isInstanceOfSatisfying(Outcome.Stored.class, stored -> assertThat(stored.duplicate())
                            .isFalse());
        }
    }
}
