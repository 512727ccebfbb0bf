package io.pledgemq.engine.log;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The number of the oldest segment, durable before an older one is deleted: so a segment that was deleted is
 * distinguished from one that is missing.
 *
 * <p>File {@code log-start}: two slots, at 0 and at 4096, in sectors of their own, used in turn and overwritten in
 * place, because segments are deleted when the disk is full and there would be no room for a new file. The higher
 * number counts.
 *
 * <pre>
 *  0  u64  magic "PLEDGST1"
 *  8  u32  number of the oldest segment
 * 12  u32  CRC32C of bytes 0 to 11
 * </pre>
 */
final class LogStart {
    static final String FILE = "log-start";
    static final String TEMPORARY_FILE = "log-start.tmp";

    private static final int SLOT_BYTES = 16;
    private static final int SLOT_DISTANCE = 4096;
    private static final int FILE_BYTES = 2 * SLOT_DISTANCE;
    private static final int CRC_AT = 12;
    private static final long MAGIC = 0x3154_5347_4445_4C50L; // "PLEDGST1" read as little endian

    private LogStart() {}

    /**
     * The content of the file.
     *
     * @param first the oldest segment's number, 0 if unknown
     * @param damage a slot that does not verify, or null. It is harmless if segment {@code first} exists: then it is
     *     the older slot, or it was torn before the deletion that it announces.
     */
    record Start(int first, @Nullable DamagedRange damage) {
        static final Start UNKNOWN = new Start(0, null);

        private Start or(Start other) {
            return new Start(Math.max(first, other.first), damage != null ? damage : other.damage);
        }
    }

    static Start read(Storage storage) throws IOException {
        if (!storage.exists(FILE)) {
            return Start.UNKNOWN;
        }
        try (StorageFile file = storage.open(FILE)) {
            Start start = readSlot(file, 0).or(readSlot(file, SLOT_DISTANCE));
            return start.first > 0 || start.damage != null
                    ? start
                    : damaged(0, "expected a segment number, found none");
        }
    }

    private static Start readSlot(StorageFile file, int offset) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (file.readFully(offset, bytes) < SLOT_BYTES) {
            return damaged(offset, "expected " + SLOT_BYTES + " bytes, the file is too short");
        }
        if (bytes.getLong(0) == 0 && bytes.getLong(8) == 0) {
            return Start.UNKNOWN;
        }
        if (bytes.getLong(0) != MAGIC || bytes.getInt(CRC_AT) != crc(bytes)) {
            return damaged(
                    offset,
                    String.format(Locale.ROOT, "expected CRC32C %08x, found %08x", crc(bytes), bytes.getInt(CRC_AT)));
        }
        return new Start(bytes.getInt(8), null);
    }

    private static Start damaged(int offset, String reason) {
        return new Start(0, new DamagedRange(FILE, offset, offset + SLOT_BYTES, reason));
    }

    /** Creates the file of a new log. */
    static void create(Storage storage) throws IOException {
        try (StorageFile file = storage.create(TEMPORARY_FILE)) {
            file.write(0, ByteBuffer.allocate(FILE_BYTES));
            file.write(slot(1) * (long) SLOT_DISTANCE, encode(1));
            file.force(true);
        }
        storage.rename(TEMPORARY_FILE, FILE);
        storage.forceDirectory();
    }

    /** Returns when {@code first} is durable as the number of the oldest segment. */
    static void write(Storage storage, int first) throws IOException {
        try (StorageFile file = storage.open(FILE)) {
            file.write(slot(first) * (long) SLOT_DISTANCE, encode(first));
            file.force(false);
        }
    }

    private static int slot(int first) {
        return first % 2;
    }

    private static ByteBuffer encode(int first) {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(first);
        return bytes.putInt(crc(bytes)).flip();
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), bytes.arrayOffset(), CRC_AT);
        return (int) crc.getValue();
    }
}
