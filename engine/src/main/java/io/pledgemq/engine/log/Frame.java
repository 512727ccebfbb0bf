package io.pledgemq.engine.log;

import java.nio.ByteBuffer;

/**
 * A frame as it was read, verified. The payload is little endian and must not be written to.
 *
 * @param position where the frame is
 * @param epoch the opening of the log that wrote it; never decreases
 * @param type 1 and 2 belong to the log, 16 and above to its users
 * @param version version of the payload's layout, chosen by the owner of the type
 * @param payload from its position to its limit
 */
public record Frame(long position, int epoch, byte type, byte version, ByteBuffer payload) {
    /** True for a frame of the log's users, false for BATCH and SEAL. */
    public boolean isEntry() {
        return type >= FrameFormat.FIRST_ENTRY_TYPE;
    }

    /** Returns the position at which the next frame of the segment begins. */
    public long end() {
        return position + FrameFormat.align(FrameFormat.HEADER_BYTES + payload.remaining());
    }

    /** Returns whether nothing is missing between this frame and the one that ended there. */
    public boolean follows(long end) {
        int segment = Position.segment(position);
        boolean first = Position.offset(position) == SegmentHeader.BYTES;
        return position == end || (first && segment == Position.segment(end) + 1);
    }

    /** True if {@link Batch#of} can read it. */
    public boolean isBatch() {
        return type == FrameFormat.TYPE_BATCH;
    }
}
