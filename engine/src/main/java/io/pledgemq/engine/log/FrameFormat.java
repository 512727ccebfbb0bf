package io.pledgemq.engine.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The bytes around a payload, little endian, every frame 8-byte aligned and inside one segment:
 *
 * <pre>
 *  0  u32  CRC32C of all bytes from 4 to the end of the padding
 *  4  u32  length: header and payload, without padding
 *  8  u64  the frame's own position
 * 16  u32  epoch
 * 20  u8   type
 * 21  u8   version of the payload
 * 22  u16  zero
 * 24       payload, then zeros up to the next multiple of 8
 * </pre>
 */
final class FrameFormat {
    static final int HEADER_BYTES = 24;
    static final int ALIGNMENT = 8;
    static final byte TYPE_BATCH = 1;
    static final byte TYPE_SEAL = 2;
    static final byte FIRST_ENTRY_TYPE = 16;
    static final byte LOG_VERSION = 1;

    /** A SEAL is a header and a watermark. */
    static final int SEAL_FRAME_BYTES = HEADER_BYTES + Long.BYTES;

    /**
     * Free bytes at the end of each segment for two seals: that of an idle log, and the one that names the next
     * segment.
     */
    static final int TAIL_ROOM_BYTES = 2 * SEAL_FRAME_BYTES;

    private FrameFormat() {}

    static int align(int bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Bytes of a whole frame with its padding. */
    static int frameBytes(int payloadBytes) {
        return align(HEADER_BYTES + payloadBytes);
    }

    static int length(ByteBuffer bytes, int index) {
        return bytes.getInt(index + 4);
    }

    static long ownPosition(ByteBuffer bytes, int index) {
        return bytes.getLong(index + 8);
    }

    static int epoch(ByteBuffer bytes, int index) {
        return bytes.getInt(index + 16);
    }

    static byte type(ByteBuffer bytes, int index) {
        return bytes.get(index + 20);
    }

    static void putHeader(ByteBuffer bytes, long position, int epoch, byte type, byte version) {
        bytes.putInt(0).putInt(0).putLong(position).putInt(epoch);
        bytes.put(type).put(version).putShort((short) 0);
    }

    /** Writes length, padding and CRC of the frame from {@code index} to the buffer's position, and moves behind it. */
    static void finish(ByteBuffer bytes, int index, CRC32C crc) {
        int length = bytes.position() - index;
        int end = index + align(length);
        while (bytes.position() < end) {
            bytes.put((byte) 0);
        }
        bytes.putInt(index + 4, length);
        bytes.putInt(index, checksum(bytes, index, align(length), crc));
    }

    /** CRC of the frame with its padding; leaves position and limit as they were. */
    static int checksum(ByteBuffer bytes, int index, int paddedBytes, CRC32C crc) {
        int position = bytes.position();
        int limit = bytes.limit();
        crc.reset();
        bytes.limit(index + paddedBytes).position(index + Integer.BYTES);
        crc.update(bytes);
        bytes.limit(limit).position(position);
        return (int) crc.getValue();
    }

    static int storedChecksum(ByteBuffer bytes, int index) {
        return bytes.getInt(index);
    }

    /** A view of the frame that shares the buffer's bytes. */
    static Frame frame(ByteBuffer bytes, int index) {
        ByteBuffer payload = bytes.slice(index + HEADER_BYTES, length(bytes, index) - HEADER_BYTES)
                .order(bytes.order());
        return new Frame(
                ownPosition(bytes, index), epoch(bytes, index), type(bytes, index), bytes.get(index + 21), payload);
    }
}
