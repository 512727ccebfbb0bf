package io.pledgemq.engine.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The list of a backup's files. The file {@code backup-manifest} is written last, so a directory without one is an
 * incomplete backup.
 *
 * <pre>
 * pledgemq-backup 1
 * version 0.1.0
 * taken 2026-01-31T12:00:00Z
 * position 0000000700001a40
 * file 67108864 1c0ffee1 segment-0000000007.log     one line per file: bytes, CRC32C, name
 * end 5ca1ab1e                                      CRC32C of all lines before
 * </pre>
 *
 * @param version of the program that made the backup
 * @param takenAt when the backup was begun
 * @param position the backup contains everything before this position of the log
 * @param files in the order in which they were copied
 */
public record BackupManifest(String version, Instant takenAt, long position, List<Entry> files) {
    /** Name of the manifest in a backup's directory. */
    public static final String FILE = "backup-manifest";

    private static final String UNFINISHED = FILE + ".tmp";
    private static final String MAGIC = "pledgemq-backup ";
    private static final int FORMAT = 1;
    private static final int HEAD_LINES = 4;
    private static final long LARGEST = 64 << 20;

    /** Without a separator, so that no name leads out of the directory. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}");

    private static final Pattern LINE = Pattern.compile("file (\\d{1,18}) ([0-9a-f]{8}) (\\S+)");

    public BackupManifest {
        files = List.copyOf(files);
    }

    /**
     * A file of the backup.
     *
     * @param bytes its length
     * @param crc CRC32C of all of them
     */
    public record Entry(String name, long bytes, int crc) {
        public Entry {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("'" + name + "' cannot be the name of a file in a backup");
            }
        }
    }

    /** Length of all files together. */
    public long bytes() {
        return files.stream().mapToLong(Entry::bytes).sum();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        text.append(MAGIC).append(FORMAT).append('\n');
        text.append("version ").append(version).append('\n');
        text.append("taken ").append(takenAt).append('\n');
        text.append(String.format(Locale.ROOT, "position %016x\n", position));
        for (Entry file : files) {
            text.append(String.format(Locale.ROOT, "file %d %08x %s\n", file.bytes, file.crc, file.name));
        }
        return text + String.format(Locale.ROOT, "end %08x\n", crc(text.toString()));
    }

    private static int crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    /** Writes the manifest durably, which completes the backup. */
    void write(Path directory) throws IOException {
        Path unfinished = directory.resolve(UNFINISHED);
        try (FileChannel channel = PrivateFiles.create(unfinished)) {
            ByteBuffer bytes = ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /**
     * Reads only the manifest of a backup.
     *
     * @throws BackupException if there is none, or it is damaged or of a newer format
     */
    public static BackupManifest read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        try {
            if (Files.size(file) > LARGEST) {
                throw damaged(file, "it has " + Files.size(file) + " bytes");
            }
            return parse(file, Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new BackupException(directory + " holds no whole backup: it has no file " + FILE
                    + ", which is written last; take another backup");
        }
    }

    private static BackupManifest parse(Path file, String text) throws BackupException {
        List<String> lines = text.lines().toList();
        String head = lines.isEmpty() ? "" : lines.get(0);
        if (!head.startsWith(MAGIC)) {
            throw damaged(file, "it does not begin with '" + MAGIC + FORMAT + "'");
        }
        if (!head.equals(MAGIC + FORMAT)) {
            throw new BackupException(file + " is of format '" + head.substring(MAGIC.length())
                    + "', this program reads " + FORMAT + "; restore it with the version that made it");
        }
        int end = text.lastIndexOf("end ");
        if (end < 0
                || !text.substring(end)
                        .strip()
                        .equals(String.format(Locale.ROOT, "end %08x", crc(text.substring(0, end))))) {
            throw damaged(file, "its checksum does not match");
        }
        try {
            List<Entry> files = new ArrayList<>();
            for (String line : lines.subList(HEAD_LINES, lines.size() - 1)) {
                files.add(entry(line).orElseThrow(() -> damaged(file, "it has the line '" + line + "'")));
            }
            return new BackupManifest(
                    value(lines.get(1), "version "),
                    Instant.parse(value(lines.get(2), "taken ")),
                    Long.parseUnsignedLong(value(lines.get(3), "position "), 16),
                    files);
        } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
            throw damaged(file, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Entry> entry(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches()
                ? Optional.of(new Entry(
                        matcher.group(3),
                        Long.parseLong(matcher.group(1)),
                        Integer.parseUnsignedInt(matcher.group(2), 16)))
                : Optional.empty();
    }

    private static String value(String line, String name) {
        if (!line.startsWith(name)) {
            throw new IllegalArgumentException("expected '" + name.strip() + "', found '" + line + "'");
        }
        return line.substring(name.length());
    }

    private static BackupException damaged(Path file, String why) {
        return new BackupException(file + " is damaged: " + why + "; take an older backup");
    }
}
