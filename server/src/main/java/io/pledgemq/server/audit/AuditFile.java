package io.pledgemq.server.audit;

import io.pledgemq.engine.io.ForeignDigits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of the audit log: {@code audit.jsonl} is appended to; when it is full it becomes
 * {@code audit-NUMBER.jsonl}, and the oldest beyond the bound is deleted. After a failure the file is opened again, and
 * a line that was cut off is ended first, so that it spoils no other. So it is when somebody else has moved, deleted or
 * replaced the file: looked for before each writing, since a file without a name takes lines that nobody finds. Used by
 * one thread.
 */
final class AuditFile {

    static final String NAME = "audit.jsonl";

    private static final Pattern OLD = Pattern.compile("audit-[0-9]{8}\\.jsonl");
    private static final int NUMBER_AT = "audit-".length();
    private static final int NUMBER_LENGTH = 8;

    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");

    private final Path directory;
    private final AuditLimits limits;
    private @Nullable FileChannel channel;
    /** Which file the channel writes, as the file system tells them apart. */
    private @Nullable Object key;

    private long size;
    private long lostFiles;

    AuditFile(Path directory, AuditLimits limits) {
        this.directory = directory;
        this.limits = limits;
    }

    /** Appends the lines; durable if {@code force}. After an exception none or some of them may be there. */
    void append(String lines, boolean force) throws IOException {
        boolean written = false;
        try {
            leaveIfMoved();
            FileChannel open = open();
            requireWritableDirectory();
            if (size >= limits.fileBytes()) {
                rotate(open);
                open = open();
            }
            write(open, lines);
            if (force) {
                open.force(false);
            }
            if (leaveIfMoved()) {
                // Deleted in between, the lines would be nowhere; renamed, they are there twice.
                FileChannel again = open();
                write(again, lines);
                if (force) {
                    again.force(false);
                }
            }
            written = true;
        } finally {
            if (!written) {
                close();
            }
        }
    }

    /** How often the file was not there any more under its name. */
    long lostFiles() {
        return lostFiles;
    }

    private boolean leaveIfMoved() throws IOException {
        if (channel == null) {
            return false;
        }
        try {
            BasicFileAttributes there = Files.readAttributes(directory.resolve(NAME), BasicFileAttributes.class);
            if (Objects.equals(there.fileKey(), key)) {
                size = there.size();
                return false;
            }
        } catch (NoSuchFileException e) {
            // What follows makes a new one, with its directory.
            key = null;
        }
        lostFiles++;
        close();
        return true;
    }

    /** Fails early where the next file could not be made. */
    private void requireWritableDirectory() throws IOException {
        if (!Files.isWritable(directory)) {
            throw new AccessDeniedException(directory.toString(), null, "the directory cannot be written");
        }
    }

    void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    private FileChannel open() throws IOException {
        if (channel != null) {
            return channel;
        }
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = directory.resolve(NAME);
        ForeignDigits.rename(directory, OLD);
        boolean cutOff = endsWithinLine(file);
        FileChannel open = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        channel = open;
        narrow(file);
        size = open.size();
        key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        forceDirectory();
        if (cutOff) {
            write(open, "\n");
        }
        return open;
    }

    /** One that another program made, such as logrotate, may be open to everybody. */
    private static void narrow(Path file) throws IOException {
        Set<PosixFilePermission> mode = new HashSet<>(Files.getPosixFilePermissions(file));
        if (mode.retainAll(OWNERS)) {
            Files.setPosixFilePermissions(file, mode);
        }
    }

    private static boolean endsWithinLine(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) == 0) {
            return false;
        }
        try (FileChannel reading = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return reading.read(last, reading.size() - 1) != 1 || last.get(0) != '\n';
        }
    }

    private void write(FileChannel open, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            size += open.write(bytes);
        }
    }

    private void rotate(FileChannel open) throws IOException {
        open.force(true);
        close();
        List<String> old = oldFiles();
        int next = old.isEmpty() ? 1 : number(old.get(old.size() - 1)) + 1;
        Files.move(directory.resolve(NAME), directory.resolve(String.format(Locale.ROOT, "audit-%08d.jsonl", next)));
        int surplus = Math.max(0, old.size() + 1 - limits.oldFiles());
        for (String name : old.subList(0, Math.min(surplus, old.size()))) {
            Files.delete(directory.resolve(name));
        }
        forceDirectory();
    }

    private List<String> oldFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(OLD.asMatchPredicate())
                    .sorted()
                    .toList();
        }
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(NUMBER_AT, NUMBER_AT + NUMBER_LENGTH));
    }

    private void forceDirectory() throws IOException {
        try (FileChannel reading = FileChannel.open(directory, StandardOpenOption.READ)) {
            reading.force(true);
        }
    }
}
