package io.pledgemq.engine.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A data directory on a local disk, used by this process alone. Promises what Linux promises on ext4 and xfs; a disk
 * that lies about its cache, or a network file system, can still lose what was forced.
 *
 * <p>Uses positional reads and writes, not mapped files: with a mapped file a full disk crashes the JVM, and a failed
 * write-back goes unnoticed.
 */
public final class FileStorage implements Storage {
    /**
     * Most files that are open for reading at a time, segments and indexes together. Beyond it the least recently used
     * one is closed; a read reopens it. The few files that are being written come on top.
     */
    public static final int OPEN_FILES = 256;

    private static final Pattern NUMBERED =
            Pattern.compile("segment-[0-9]{10}\\.log|index-[0-9]{10}\\.idx|snapshot-[0-9a-f]{16}\\.dat");

    private final Path directory;
    private final @Nullable DirectoryLock lock;
    private final OpenFiles openFiles;

    private FileStorage(Path directory, @Nullable DirectoryLock lock, int openFiles) {
        this.directory = directory;
        this.lock = lock;
        this.openFiles = new OpenFiles(openFiles);
    }

    /**
     * Opens a directory for this process alone, and creates it (readable by this user only) when there is none.
     *
     * @throws DataDirectoryInUseException if another process or engine has it open
     * @throws DataDirectoryUnusableException if it is not a directory or access is denied
     */
    public static FileStorage open(Path directory) throws IOException {
        return open(directory, OPEN_FILES);
    }

    /** As {@link #open(Path)}, with a bound of at least 1 instead of {@link #OPEN_FILES}. */
    public static FileStorage open(Path directory, int openFiles) throws IOException {
        try {
            createIfMissing(directory);
            return locked(directory.toRealPath(), openFiles);
        } catch (FileAlreadyExistsException e) {
            throw new DataDirectoryUnusableException(directory + " is not a directory; name another one", e);
        } catch (AccessDeniedException e) {
            throw new DataDirectoryUnusableException(
                    "no permission to read and write " + e.getFile() + "; it must belong to user "
                            + System.getProperty("user.name"),
                    e);
        }
    }

    private static FileStorage locked(Path directory, int openFiles) throws IOException {
        DirectoryLock lock = DirectoryLock.take(directory);
        boolean opened = false;
        try {
            ForeignDigits.rename(directory, NUMBERED);
            opened = true;
            return new FileStorage(directory, lock, openFiles);
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    /** Opens a directory for reading only, without its lock: what a running process writes meanwhile may look torn. */
    public static FileStorage openReadOnly(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new DataDirectoryUnusableException(directory + " is not a directory");
        }
        return new FileStorage(directory.toRealPath(), null, OPEN_FILES);
    }

    /**
     * Creates a data directory that only its owner may read, and makes it durable; leaves an existing one unchanged.
     */
    public static void createIfMissing(Path directory) throws IOException {
        createIfMissing(directory.toAbsolutePath(), FileStorage::forceNames);
    }

    /** Makes the names in a directory durable. */
    interface NamesForcing {
        void force(Path directory) throws IOException;
    }

    /**
     * Creates the levels from the top, each durable before the next. So the names above an existing directory are
     * durable, and only its own may not be.
     */
    static void createIfMissing(Path directory, NamesForcing names) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path at = directory; at != null && !Files.isDirectory(at); at = at.getParent()) {
            missing.push(at);
        }
        for (Path level : missing) {
            create(level);
            names.force(namesOf(level));
        }
        if (missing.isEmpty()) {
            // The process may have been killed between creating and forcing it.
            names.force(namesOf(directory));
        }
    }

    private static void create(Path directory) throws IOException {
        try {
            if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } else {
                Files.createDirectory(directory);
            }
        } catch (FileAlreadyExistsException e) {
            // Another process created it at the same time.
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    /**
     * The directory to force so that the given one's name is durable: the parent, or the given one itself if the parent
     * is unreadable (journals write both in one step) or on another file system (a mount point has no name there, and
     * some file systems cannot be forced).
     */
    private static Path namesOf(Path directory) throws IOException {
        Path parent = directory.getParent();
        return parent != null && Files.isReadable(parent) && device(parent).equals(device(directory))
                ? parent
                : directory;
    }

    private static Object device(Path directory) throws IOException {
        boolean unix = directory.getFileSystem().supportedFileAttributeViews().contains("unix");
        return unix ? Files.getAttribute(directory, "unix:dev") : "";
    }

    static void forceNames(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(DirectoryLock.LOCK_FILE) && !name.equals(DirectoryLock.PID_FILE))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(directory.resolve(name));
    }

    @Override
    public long sizeBytes(String name) throws IOException {
        return Files.size(directory.resolve(name));
    }

    @Override
    public StorageFile create(String name) throws IOException {
        Path path = directory.resolve(name);
        try {
            Files.createFile(writable(path));
        } catch (IOException e) {
            throw DiskFile.fullOr(e, path, 1);
        }
        return new DiskFile(path, lock != null, openFiles);
    }

    @Override
    public StorageFile open(String name) throws IOException {
        Path path = directory.resolve(name);
        Files.size(path);
        return new DiskFile(path, lock != null, openFiles);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(writable(directory.resolve(from)), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(writable(directory.resolve(name)));
    }

    @Override
    public void forceDirectory() throws IOException {
        forceNames(directory);
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }

    private Path writable(Path path) throws IOException {
        if (lock == null) {
            throw new AccessDeniedException(path.toString(), null, "this storage was opened for reading only");
        }
        return path;
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
