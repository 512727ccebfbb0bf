package io.pledgemq.engine.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of a segment file, little endian. They are durable before the file gets its name, so a segment
 * without a valid header is damaged, never just unfinished.
 *
 * <pre>
 *  0  u64  magic "PLEDGLOG"
 *  8  u32  format version
 * 12  u32  segment number
 * 16  u64  position where the frames of the previous segment ended; zero in segment 1
 * 24  u64  wall time of creation in ms
 * 32  u64  engine time of creation in ms
 * 40  u32  epoch that created the segment
 * 44  u32  size of the segment file
 * 48       zeros
 * 60  u32  CRC32C of bytes 0 to 59
 * </pre>
 */
record SegmentHeader(int number, long previousEnd, long wallMs, long engineMs, int epoch, int segmentBytes) {
    static final int BYTES = 64;
    static final int FORMAT_VERSION = 1;

    private static final long MAGIC = 0x474F4C474445_4C50L; // "PLEDGLOG" read as little endian
    private static final int CRC_AT = 60;

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(FORMAT_VERSION).putInt(number).putLong(previousEnd);
        bytes.putLong(wallMs).putLong(engineMs).putInt(epoch).putInt(segmentBytes);
        bytes.putInt(CRC_AT, crc(bytes));
        return bytes.clear();
    }

    /** Decodes the header of {@code file}, which has {@code sizeBytes} bytes and should be segment {@code number}. */
    static SegmentHeader decode(ByteBuffer bytes, int number, long sizeBytes) {
        String file = SegmentFile.name(number);
        if (bytes.limit() < BYTES) {
            throw damaged(file, "expected a header of " + BYTES + " bytes, the file has only " + sizeBytes);
        }
        if (bytes.getLong(0) != MAGIC || bytes.getInt(CRC_AT) != crc(bytes)) {
            throw damaged(
                    file,
                    String.format(
                            Locale.ROOT,
                            "expected a segment header with CRC32C %08x, found %08x and magic %016x",
                            crc(bytes),
                            bytes.getInt(CRC_AT),
                            bytes.getLong(0)));
        }
        if (bytes.getInt(8) != FORMAT_VERSION) {
            throw new UnsupportedFormatException(file, bytes.getInt(8));
        }
        if (bytes.getInt(12) != number) {
            throw damaged(file, "expected segment number " + number + ", found " + bytes.getInt(12));
        }
        if (bytes.getInt(44) != sizeBytes) {
            throw new DamagedLogException(new DamagedRange(
                    file,
                    Math.min(sizeBytes, bytes.getInt(44)),
                    Math.max(sizeBytes, bytes.getInt(44)),
                    "expected a file of " + bytes.getInt(44) + " bytes, found " + sizeBytes));
        }
        return new SegmentHeader(
                number, bytes.getLong(16), bytes.getLong(24), bytes.getLong(32), bytes.getInt(40), bytes.getInt(44));
    }

    private static DamagedLogException damaged(String file, String reason) {
        return new DamagedLogException(new DamagedRange(file, 0, BYTES, reason));
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), bytes.arrayOffset(), CRC_AT);
        return (int) crc.getValue();
    }
}
