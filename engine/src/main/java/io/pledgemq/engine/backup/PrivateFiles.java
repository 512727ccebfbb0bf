package io.pledgemq.engine.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.stream.Stream;

/** Files that only this user may read: a backup holds messages and keys. */
final class PrivateFiles {
    private PrivateFiles() {}

    /** Creates a file; fails when the name is taken. */
    static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode(file, "rw-------"));
    }

    /**
     * Creates a private directory, or makes an empty one private.
     *
     * @return whether it was created
     * @throws BackupException if it is not empty or not a directory
     */
    static boolean emptyDirectory(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            try {
                Files.createDirectories(directory, mode(directory, "rwx------"));
                return true;
            } catch (FileAlreadyExistsException e) {
                throw new BackupException(e.getFile() + " is not a directory; name another place");
            }
        }
        if (!Files.isDirectory(directory)) {
            throw new BackupException(directory + " is not a directory; name another place");
        }
        try (Stream<Path> files = Files.list(directory)) {
            if (files.findAny().isPresent()) {
                throw new BackupException(
                        directory + " is not empty, and nothing there is overwritten; name a new directory");
            }
        }
        if (posix(directory)) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        return false;
    }

    private static FileAttribute<?>[] mode(Path path, String mode) {
        return posix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
