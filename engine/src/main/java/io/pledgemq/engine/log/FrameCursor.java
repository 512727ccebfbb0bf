package io.pledgemq.engine.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Walks the frames of one segment through a window of its bytes. Every frame it stops at is verified: own position,
 * length, CRC. If there is none it says why; the caller decides what that means.
 */
final class FrameCursor {
    private static final int WINDOW_BYTES = 256 << 10;

    private final SegmentFile segment;
    private final int limit;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer window = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    private int windowStart;
    private int offset;
    private int length;
    private String complaint = "";

    /** Frames must end at or before {@code limit}. */
    FrameCursor(SegmentFile segment, int limit) {
        this.segment = segment;
        this.limit = limit;
    }

    /** True if there is a valid frame at {@code newOffset}, which then is the current one. */
    boolean moveTo(int newOffset) throws IOException {
        offset = newOffset;
        length = 0;
        if (limit - offset < FrameFormat.HEADER_BYTES) {
            complaint = "expected a frame, only " + (limit - offset) + " bytes are left";
            return false;
        }
        load(offset, FrameFormat.HEADER_BYTES);
        if (FrameFormat.ownPosition(window, index()) != position()) {
            complaint = SegmentFile.wrongPosition(window, index(), position());
            return false;
        }
        int claimed = FrameFormat.length(window, index());
        if (claimed < FrameFormat.HEADER_BYTES || claimed > limit - offset) {
            complaint = SegmentFile.wrongLength(claimed, limit - offset);
            return false;
        }
        int padded = FrameFormat.align(claimed);
        load(offset, padded);
        int checksum = FrameFormat.checksum(window, index(), padded, crc);
        if (checksum != FrameFormat.storedChecksum(window, index())) {
            complaint = SegmentFile.wrongChecksum(window, index(), checksum);
            return false;
        }
        length = claimed;
        return true;
    }

    /** Moves to the first valid frame at or behind {@code from}, at any multiple of 8. */
    boolean seek(int from) throws IOException {
        for (int at = FrameFormat.align(from); at + FrameFormat.HEADER_BYTES <= limit; at += FrameFormat.ALIGNMENT) {
            load(at, FrameFormat.HEADER_BYTES);
            if (FrameFormat.ownPosition(window, at - windowStart) == segment.position(at) && moveTo(at)) {
                return true;
            }
        }
        offset = limit;
        length = 0;
        return false;
    }

    long position() {
        return segment.position(offset);
    }

    int offset() {
        return offset;
    }

    /** Where the next frame must begin. */
    int end() {
        return offset + FrameFormat.align(length);
    }

    /** Why there is no valid frame where the cursor is. */
    String complaint() {
        return complaint;
    }

    int epoch() {
        return FrameFormat.epoch(window, index());
    }

    /** The current frame; its payload is valid until the cursor moves. */
    Frame frame() {
        return FrameFormat.frame(window, index());
    }

    private int index() {
        return offset - windowStart;
    }

    private void load(int from, int count) throws IOException {
        if (from >= windowStart && from + count <= windowStart + window.limit()) {
            return;
        }
        int wanted = Math.min(Math.max(count, WINDOW_BYTES), segment.sizeBytes() - from);
        if (window.capacity() < wanted) {
            window = ByteBuffer.allocate(wanted).order(ByteOrder.LITTLE_ENDIAN);
        }
        window.clear().limit(wanted);
        windowStart = from;
        int read = segment.file().readFully(from, window);
        window.flip();
        if (read < count) {
            throw segment.damaged(from, from + count, "expected " + count + " bytes, the file ends after " + read);
        }
    }
}
