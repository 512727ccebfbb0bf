package io.pledgemq.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileStorageTest {
    private final Path temporary;

    FileStorageTest(@TempDir Path temporary) {
        this.temporary = temporary;
    }

    @Test
    void bytesAreReadAtTheOffsetWhereTheyWereWritten() throws IOException {
        try (FileStorage storage = FileStorage.open(temporary.resolve("data"));
                StorageFile file = storage.create("a")) {
            file.write(10, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            file.force(true);
            storage.forceDirectory();
            ByteBuffer target = ByteBuffer.allocate(20);
            assertThat(file.readFully(9, target)).isEqualTo(4);
            assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {0, 1, 2, 3}));
            assertThat(file.read(13, ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(storage.sizeBytes("a")).isEqualTo(13);
            assertThat(file.sizeBytes()).isEqualTo(13);
            assertThat(storage.freeBytes()).isPositive();
        }
    }

    @Test
    void filesAreListedRenamedAndDeleted() throws IOException {
        try (FileStorage storage = FileStorage.open(temporary)) {
            storage.create("b").close();
            storage.create("a").close();
            assertThat(storage.list()).containsExactly("a", "b");
            storage.rename("b", "a");
            assertThat(storage.list()).containsExactly("a");
            assertThatThrownBy(() -> storage.create("a")).isInstanceOf(IOException.class);
            storage.delete("a");
            assertThat(storage.exists("a")).isFalse();
            assertThatThrownBy(() -> storage.open("a")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> storage.delete("a")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aDirectoryIsOpenedOnceInAProcess() throws IOException {
        try (FileStorage storage = FileStorage.open(temporary)) {
            assertThat(storage).hasToString(temporary.toRealPath().toString());
            assertThatThrownBy(() -> FileStorage.open(temporary.resolve("../" + temporary.getFileName())))
                    .isInstanceOf(DataDirectoryInUseException.class)
                    .hasMessageContaining("already open in this process");
        }
        FileStorage.open(temporary).close();
    }

    @Test
    void anotherProcessIsRefusedWithThePidOfTheHolder() throws IOException, InterruptedException {
        try (FileStorage storage = FileStorage.open(temporary)) {
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            OpenInOtherProcess.class.getName(),
                            temporary.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(said)
                    .contains("DataDirectoryInUseException")
                    .contains("pid " + ProcessHandle.current().pid());
            assertThat(storage.list()).isEmpty();
        }
    }

    /** Tries to open the data directory it is given. */
    static final class OpenInOtherProcess {
        private OpenInOtherProcess() {}

        public static void main(String[] arguments) throws IOException {
            FileStorage.open(Path.of(arguments[0])).close();
        }
    }

    @Test
    void aFileIsNotADataDirectory() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        assertThatThrownBy(() -> FileStorage.open(file))
                .isInstanceOf(DataDirectoryUnusableException.class)
                .hasMessageContaining("is not a directory");
        assertThatThrownBy(() -> FileStorage.openReadOnly(file)).isInstanceOf(DataDirectoryUnusableException.class);
    }

    @Test
    void namesOfNewDirectoriesAreDurableBeforeAnythingIsMadeInThem() throws IOException {
        Path data = temporary.resolve("a/b/c");
        List<String> forced = new ArrayList<>();
        FileStorage.NamesForcing names = directory -> {
            try (Stream<Path> children = Files.walk(directory)) {
                forced.add(temporary.relativize(directory) + " with "
                        + children.map(temporary::relativize)
                                .reduce((a, b) -> b)
                                .orElseThrow());
            }
        };
        FileStorage.createIfMissing(data, names);
        assertThat(forced).containsExactly(" with a", "a with a/b", "a/b with a/b/c");

        forced.clear();
        FileStorage.createIfMissing(data, names);
        assertThat(forced)
                .as("the process may have been killed between creating and forcing it")
                .containsExactly("a/b with a/b/c");

        Path file = Files.writeString(temporary.resolve("file"), "");
        assertThatThrownBy(() -> FileStorage.createIfMissing(file.resolve("x/y"), names))
                .hasMessageContaining("file");
        assertThat(file).hasContent("");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theParentOfAMountPointIsNotForced() throws IOException {
        List<Path> forced = new ArrayList<>();
        FileStorage.createIfMissing(Path.of("/proc"), forced::add);
        assertThat(forced).containsExactly(Path.of("/proc"));
    }

    @Test
    void aNewDataDirectoryIsForItsOwnerOnly() throws IOException {
        Path data = temporary.resolve("x/data");
        FileStorage.open(data).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
    }

    @Test
    void aStorageForReadingTakesNoLockAndWritesNothing() throws IOException {
        try (FileStorage writer = FileStorage.open(temporary);
                FileStorage reader = FileStorage.openReadOnly(temporary)) {
            writer.create("a").close();
            assertThat(reader.list()).containsExactly("a");
            assertThatThrownBy(() -> reader.create("b")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> reader.delete("a")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> reader.rename("a", "b")).isInstanceOf(IOException.class);
            try (StorageFile file = reader.open("a")) {
                assertThatThrownBy(() -> file.write(0, ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void anInterruptedReaderReadsOnAndDisturbsNoOther() throws IOException {
        try (FileStorage storage = FileStorage.open(temporary);
                StorageFile file = storage.create("a")) {
            file.write(0, ByteBuffer.wrap(new byte[] {7}));
            ByteBuffer target = ByteBuffer.allocate(1);
            Thread.currentThread().interrupt();
            assertThat(file.read(0, target)).isEqualTo(1);
            assertThat(Thread.interrupted()).isTrue();
            file.write(1, ByteBuffer.wrap(new byte[] {8}));
            file.force(false);
            assertThat(file.read(1, target.clear())).isEqualTo(1);
            assertThat(target.get(0)).isEqualTo((byte) 8);
        }
    }

    @Test
    void aFullDiskHasItsOwnException() throws IOException {
        IOException full = DiskFile.fullOr(new IOException("No space left on device"), temporary.resolve("a"), 1);
        assertThat(full).isInstanceOf(StorageFullException.class).hasMessageContaining("no space for 1 bytes");
        IOException other = DiskFile.fullOr(new IOException("Input/output error"), temporary.resolve("a"), 1);
        assertThat(other).isNotInstanceOf(StorageFullException.class);
    }

    @Test
    void theSystemClockGoesForward() {
        EngineClock clock = EngineClock.system();
        assertThat(clock.monotonicMs()).isLessThanOrEqualTo(clock.monotonicMs());
        assertThat(clock.wallMs()).isGreaterThan(1_700_000_000_000L);
    }
}
