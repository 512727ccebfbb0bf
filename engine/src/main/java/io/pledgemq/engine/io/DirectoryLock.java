package io.pledgemq.engine.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps every other process out of a data directory until it is closed or the process ends. The lock works on local
 * file systems only.
 *
 * <p>The lock is on the file {@code LOCK}, which nothing else ever opens: closing any second channel on it would
 * silently drop the lock (POSIX). For the same reason a second opening within this process is refused before the file
 * is touched. The file {@code LOCK.pid} beside it holds the process id, for the error message only.
 */
final class DirectoryLock implements AutoCloseable {
    static final String LOCK_FILE = "LOCK";
    static final String PID_FILE = "LOCK.pid";

    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** Takes the lock or throws at once; {@code directory} is a real path. */
    static DirectoryLock take(Path directory) throws IOException {
        if (!HELD_HERE.add(directory)) {
            throw new DataDirectoryInUseException(
                    directory + " is already open in this process; close that engine first or use another directory");
        }
        boolean taken = false;
        try {
            FileChannel channel =
                    FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                if (lock == null) {
                    throw new DataDirectoryInUseException(directory + " is in use by another process"
                            + holder(directory) + "; stop it first or use another directory");
                }
                Files.writeString(
                        directory.resolve(PID_FILE),
                        Long.toString(ProcessHandle.current().pid()));
                taken = true;
                return new DirectoryLock(directory, channel);
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
        } finally {
            if (!taken) {
                HELD_HERE.remove(directory);
            }
        }
    }

    private static String holder(Path directory) throws IOException {
        try {
            String pid = Files.readString(directory.resolve(PID_FILE)).strip();
            return pid.isEmpty() ? "" : " (pid " + pid + ")";
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            HELD_HERE.remove(directory);
        }
    }
}
