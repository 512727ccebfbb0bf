package io.pledgemq.engine.log;

import io.pledgemq.engine.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Builds frames before they are written: one direct buffer, reused, that continues a segment at a known position.
 * Allocates nothing per frame. Only the writer's thread uses it.
 */
final class FrameBuffer {
    private static final int NO_FRAME = -1;

    private final CRC32C crc = new CRC32C();
    private ByteBuffer bytes;
    private int epoch;
    private int openFrame = NO_FRAME;

    /** Position of the first byte in the buffer; everything before it is in the file. Other threads read it. */
    private volatile long start;

    FrameBuffer(int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Empties the buffer and continues at {@code position}. */
    void restart(long position, int newEpoch) {
        bytes.clear();
        openFrame = NO_FRAME;
        epoch = newEpoch;
        start = position;
    }

    long start() {
        return start;
    }

    /** Where the next frame will be; while a frame is open, where that one is. */
    long end() {
        return start + (openFrame == NO_FRAME ? bytes.position() : openFrame);
    }

    boolean isEmpty() {
        return bytes.position() == 0;
    }

    boolean isFrameOpen() {
        return openFrame != NO_FRAME;
    }

    boolean fits(int frameBytes) {
        return bytes.remaining() >= frameBytes;
    }

    /** Enlarges the empty buffer, if needed, for a frame of this size. */
    void grow(int frameBytes) {
        if (bytes.capacity() < frameBytes) {
            bytes = ByteBuffer.allocateDirect(frameBytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Opens a frame and returns the buffer, from the payload's first byte to its last allowed one. */
    ByteBuffer begin(byte type, byte version, int maxPayloadBytes) {
        openFrame = bytes.position();
        FrameFormat.putHeader(bytes, start + openFrame, epoch, type, version);
        return bytes.limit(bytes.position() + maxPayloadBytes);
    }

    void finish() {
        Invariant.check(
                bytes.position() >= openFrame + FrameFormat.HEADER_BYTES, "the payload was moved before its own start");
        bytes.limit(bytes.capacity());
        FrameFormat.finish(bytes, openFrame, crc);
        openFrame = NO_FRAME;
    }

    void cancel() {
        bytes.limit(bytes.capacity()).position(openFrame);
        openFrame = NO_FRAME;
    }

    void putBatch(Batch batch) {
        batch.put(begin(FrameFormat.TYPE_BATCH, FrameFormat.LOG_VERSION, Batch.PAYLOAD_BYTES));
        finish();
    }

    void putSeal(long watermark) {
        begin(FrameFormat.TYPE_SEAL, FrameFormat.LOG_VERSION, Long.BYTES).putLong(watermark);
        finish();
    }

    /** Writes all bytes to the segment they continue. */
    void writeTo(StorageFile file) throws IOException {
        long from = start;
        long to = from + bytes.position();
        bytes.flip();
        file.write(Position.offset(from), bytes);
        bytes.clear();
        start = to;
    }

    /** A copy of the closed frame at {@code position}, or null if there is none. */
    @Nullable
    Frame copy(long position) {
        long index = position - start;
        int filled = openFrame == NO_FRAME ? bytes.position() : openFrame;
        if (index < 0 || index + FrameFormat.HEADER_BYTES > filled) {
            return null;
        }
        int at = (int) index;
        if (FrameFormat.ownPosition(bytes, at) != position) {
            return null;
        }
        int length = FrameFormat.length(bytes, at);
        ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.get(at, copy.array());
        return FrameFormat.frame(copy, 0);
    }
}
