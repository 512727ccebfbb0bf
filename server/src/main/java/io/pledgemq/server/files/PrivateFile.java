package io.pledgemq.server.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * A small file that only its owner can read or write (mode 0600, or 0400). A wider mode is refused, never corrected:
 * others may have read it already.
 */
public final class PrivateFile {

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private PrivateFile() {}

    /** Returns whether something is there, be it only a link that leads nowhere. */
    public static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Returns the content; a file that is missing, too wide in its mode or longer than {@code maxBytes} is refused. */
    public static byte[] read(Path file, int maxBytes) throws UnusableFileException {
        try {
            requireOwnerOnly(file);
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(maxBytes + 1);
                if (content.length > maxBytes) {
                    throw new UnusableFileException(
                            "Cannot use " + file + ".",
                            "it is longer than " + maxBytes + " bytes.",
                            "check that it is the right file.");
                }
                return content;
            }
        } catch (NoSuchFileException e) {
            throw new UnusableFileException(
                    "Cannot read " + file + ".", "there is no such file.", "create it with mode 0600 (umask 077).");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Creates the file with mode 0600, whole or not at all, durable before this returns; for a name that is free. */
    public static void create(Path file, byte[] content) throws UnusableFileException {
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        try {
            Files.deleteIfExists(draft);
            try (FileChannel channel = FileChannel.open(
                    draft,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw new UnusableFileException(
                    "Cannot create " + file + ".", describe(e), "check the directory, its permissions and the disk.");
        } catch (UnsupportedOperationException e) {
            throw noModes(file);
        }
    }

    private static void requireOwnerOnly(Path file) throws IOException, UnusableFileException {
        Set<PosixFilePermission> mode;
        try {
            mode = Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException e) {
            throw noModes(file);
        }
        if (!Files.isRegularFile(file)) {
            throw new UnusableFileException(
                    "Cannot use " + file + ".", "it is not a regular file.", "put a file with mode 0600 there.");
        }
        if (!OWNER_ONLY.containsAll(mode)) {
            throw new UnusableFileException(
                    "Cannot use " + file + ".",
                    "it holds secrets, and its mode " + PosixFilePermissions.toString(mode)
                            + " lets more than its owner use it.",
                    "run: chmod 600 " + file + ", and replace the secrets if others may have read them.");
        }
    }

    private static UnusableFileException noModes(Path file) {
        return new UnusableFileException(
                "Cannot use " + file + ".",
                "this file system has no owner and mode that would keep its secrets from others.",
                "keep it on a file system with POSIX permissions.");
    }

    private static UnusableFileException unreadable(Path file, IOException e) {
        return new UnusableFileException(
                "Cannot read " + file + ".", describe(e), "check the path, its owner and the disk.");
    }

    private static String describe(IOException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }
}
