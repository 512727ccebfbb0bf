package io.pledgemq.engine.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames in ascending order; where they lie close together, one disk read serves many. Reads any other frame like
 * {@link Log#read}. For one thread.
 */
public final class FrameReader {
    /** A frame this close behind the last one is expected to be followed by more. */
    private static final int NEAR_BYTES = 64 << 10;

    private final Log log;
    private final SegmentChain chain;
    private @Nullable SegmentFile segment;
    private @Nullable FrameCursor cursor;
    private long last;

    FrameReader(Log log, SegmentChain chain) {
        this.log = log;
        this.chain = chain;
    }

    /**
     * Reads and verifies one durable frame. Its payload is valid until the next call.
     *
     * @throws DamagedLogException if the bytes do not verify
     * @throws LogException if the segment was deleted or the storage fails
     */
    public Frame read(long position) {
        long distance = position - last;
        last = position;
        if (distance <= 0 || distance > NEAR_BYTES) {
            return log.read(position);
        }
        Frame frame;
        try {
            frame = near(position);
        } catch (IOException e) {
            throw new LogException("the frame at " + Position.text(position) + " cannot be read: " + e.getMessage(), e);
        }
        // The window may have been read before the frame was written: Log.read decides whether it is damaged.
        return frame == null ? log.read(position) : frame;
    }

    private @Nullable Frame near(long position) throws IOException {
        FrameCursor walk = cursor;
        SegmentFile current = segment;
        if (walk == null || current == null || current.number() != Position.segment(position)) {
            current = chain.find(Position.segment(position));
            if (current == null) {
                return null;
            }
            segment = current;
            walk = new FrameCursor(current, current.sizeBytes());
            cursor = walk;
        }
        if (walk.moveTo(Position.offset(position))) {
            return walk.frame();
        }
        cursor = null;
        return null;
    }
}
