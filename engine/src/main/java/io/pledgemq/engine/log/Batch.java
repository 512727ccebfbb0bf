package io.pledgemq.engine.log;

import java.nio.ByteBuffer;

/**
 * The first frame of a batch: the times of all its frames, and proof of how far the log was durable before it. The
 * payload, little endian:
 *
 * <pre>
 *  0  u64  engine time in ms
 *  8  u64  wall time in ms
 * 16  u64  watermark: everything before this position was forced before this frame was written
 * 24  u64  hash of the state before the batch
 * 32  u32  kind
 * 36  u32  zero
 * </pre>
 *
 * @param kind {@link #STARTED}, {@link #CONTINUED} or {@link #OPENED}
 */
public record Batch(long engineMs, long wallMs, long watermark, long stateHash, int kind) {
    /** The writer began a batch; only this kind has a state hash to compare. */
    public static final int STARTED = 0;
    /** The log rolled to a new segment in the middle of a batch; times and hash are repeated. */
    public static final int CONTINUED = 1;
    /** The log was opened; the engine time is the last one known, the wall time that of the opening, the hash zero. */
    public static final int OPENED = 2;

    static final int PAYLOAD_BYTES = 40;
    static final int FRAME_BYTES = FrameFormat.HEADER_BYTES + PAYLOAD_BYTES;

    /** Reads the payload of a frame for which {@link Frame#isBatch} is true. */
    public static Batch of(Frame frame) {
        ByteBuffer payload = frame.payload();
        int at = payload.position();
        return new Batch(
                payload.getLong(at),
                payload.getLong(at + 8),
                payload.getLong(at + 16),
                payload.getLong(at + 24),
                payload.getInt(at + 32));
    }

    void put(ByteBuffer target) {
        target.putLong(engineMs).putLong(wallMs).putLong(watermark).putLong(stateHash);
        target.putInt(kind).putInt(0);
    }
}
