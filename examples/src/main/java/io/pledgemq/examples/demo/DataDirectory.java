package io.pledgemq.examples.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a run, held by this process alone until it is closed or the process ends, however it ends. The
 * engine's files lie in {@code root}, everything of the demo in {@code root/demo}.
 */
final class DataDirectory implements AutoCloseable {

    private final Path root;
    private final FileChannel channel;
    private final FileLock lock;

    private DataDirectory(Path root, FileChannel channel, FileLock lock) {
        this.root = root;
        this.channel = channel;
        this.lock = lock;
    }

    /** Creates what is missing and takes the directory; fails if another process has it. */
    static DataDirectory open(Path directory) throws DemoException {
        Path root = directory.toAbsolutePath().normalize();
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new DemoException(
                    "Cannot use the data directory " + root + ".",
                    "it is a file, not a directory.",
                    "choose another directory with --data.");
        }
        FileChannel channel = null;
        try {
            Path demo = root.resolve("demo");
            Files.createDirectories(demo);
            channel = FileChannel.open(
                    demo.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new DemoException(
                        "Cannot use the data directory " + root + ".",
                        "another process is using it" + holder(demo.resolve("HOLDER")) + ".",
                        "wait until it has ended, or choose another directory with --data.");
            }
            Files.write(
                    demo.resolve("HOLDER"),
                    Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII));
            return new DataDirectory(root, channel, lock);
        } catch (FileAlreadyExistsException e) {
            throw new DemoException(
                    "Cannot use the data directory " + root + ".",
                    e.getMessage() + " is a file, not a directory.",
                    "choose another directory with --data.");
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw new DemoException(
                    "Cannot use the data directory " + root + ".",
                    e.getClass().getSimpleName() + ": " + e.getMessage() + ".",
                    "check that user " + System.getProperty("user.name")
                            + " may write there and that the disk has room, or choose another directory with --data.");
        }
    }

    Path root() {
        return root;
    }

    /** Returns where the demo keeps its own files. */
    Path demo() {
        return root.resolve("demo");
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String holder(Path file) throws IOException {
        return Files.exists(file) ? " (process " + Files.readString(file).strip() + ")" : "";
    }

    private static void closeQuietly(@Nullable FileChannel channel, IOException cause) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
