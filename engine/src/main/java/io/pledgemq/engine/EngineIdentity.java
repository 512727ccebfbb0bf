package io.pledgemq.engine;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The identity of an engine: a random UUID, created at the first opening of its data directory and never changed. It is
 * durable before it is used. A backup includes it, so a restored engine is the same one; to run a copy beside the
 * original, delete the file before the copy's first start.
 *
 * <p>File {@code engine-id}, one line in ASCII, so that people can read it:
 *
 * <pre>
 * pledgemq-engine 1 6f1c1f9e-0c0e-4c39-9b7e-2f6f0f6f9a11 5ca1ab1e     format, UUID, CRC32C of all before, line feed
 * </pre>
 */
final class EngineIdentity {
    /** Name of the file in the data directory. */
    static final String FILE = "engine-id";

    private static final String UNFINISHED = FILE + ".tmp";
    private static final String MAGIC = "pledgemq-engine ";
    private static final int FORMAT = 1;
    private static final int MAX_BYTES = 128;
    private static final int CRC_RADIX = 16;
    private static final Pattern LINE =
            Pattern.compile(MAGIC + FORMAT + " ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([0-9a-f]{8})\n");

    private EngineIdentity() {}

    /**
     * Reads the identity of the engine in a data directory that is open for writing; creates one if there is none.
     *
     * @throws IOException if the file is damaged, of a newer format, or cannot be read or written
     */
    static UUID of(Storage storage) throws IOException {
        if (storage.exists(UNFINISHED)) {
            storage.delete(UNFINISHED);
        }
        if (!storage.exists(FILE)) {
            create(storage);
        }
        // A crash may have happened between the rename and its force.
        storage.forceDirectory();
        return read(storage);
    }

    /**
     * Verifies the identity without changing anything; a missing one is fine.
     *
     * @throws IOException as {@link #of}
     */
    static void examine(Storage storage) throws IOException {
        if (storage.exists(FILE)) {
            var unused = read(storage);
        }
    }

    private static void create(Storage storage) throws IOException {
        String head = MAGIC + FORMAT + ' ' + UUID.randomUUID() + ' ';
        String line = head + String.format(Locale.ROOT, "%08x\n", crc(head));
        try (StorageFile file = storage.create(UNFINISHED)) {
            file.write(0, ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
            file.force(true);
        }
        storage.rename(UNFINISHED, FILE);
    }

    private static UUID read(Storage storage) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
        try (StorageFile file = storage.open(FILE)) {
            int length = file.readFully(0, bytes);
            String line = new String(bytes.array(), 0, length, StandardCharsets.US_ASCII);
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches() || crc(line.substring(0, matcher.start(2))) != crcIn(matcher)) {
                throw new IOException(FILE + " in " + storage + " is damaged or of a newer version: expected '" + MAGIC
                        + FORMAT + "', a UUID and its checksum, found '" + line.strip()
                        + "'; restore the file from a backup, or delete it: then the engine takes a new identity, and the rows"
                        + " that databases keep for the old one have to be released");
            }
            return UUID.fromString(matcher.group(1));
        }
    }

    private static int crcIn(Matcher line) {
        return Integer.parseUnsignedInt(line.group(2), CRC_RADIX);
    }

    private static int crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return (int) crc.getValue();
    }
}
