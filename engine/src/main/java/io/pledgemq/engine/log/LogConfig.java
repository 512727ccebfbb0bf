package io.pledgemq.engine.log;

/**
 * The sizes of a log.
 *
 * @param segmentBytes size of a new segment file, a multiple of 512 from 4 KiB to 1 GiB; may change between openings
 * @param maxPayloadBytes the largest payload of a frame; it must fit a segment together with a BATCH frame
 * @param reserveSegments spare segments that new messages must not use, so that decisions can still be logged when the
 *     disk is full
 */
public record LogConfig(int segmentBytes, int maxPayloadBytes, int reserveSegments) {
    public static final int DEFAULT_SEGMENT_BYTES = 64 << 20;
    public static final int DEFAULT_MAX_PAYLOAD_BYTES = 5 << 20;
    public static final int DEFAULT_RESERVE_SEGMENTS = 4;

    private static final int MIN_SEGMENT_BYTES = 4 << 10;
    private static final int MAX_SEGMENT_BYTES = 1 << 30;
    private static final int SECTOR_BYTES = 512;

    public LogConfig {
        if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes > MAX_SEGMENT_BYTES || segmentBytes % SECTOR_BYTES != 0) {
            throw new IllegalArgumentException("segmentBytes must be a multiple of " + SECTOR_BYTES + " from "
                    + MIN_SEGMENT_BYTES + " to " + MAX_SEGMENT_BYTES + ", not " + segmentBytes);
        }
        int frameRoom = segmentBytes - SegmentHeader.BYTES - Batch.FRAME_BYTES - FrameFormat.TAIL_ROOM_BYTES;
        int largest = frameRoom - FrameFormat.HEADER_BYTES - FrameFormat.ALIGNMENT;
        if (maxPayloadBytes < 1 || maxPayloadBytes > largest) {
            throw new IllegalArgumentException("maxPayloadBytes must be from 1 to " + largest + " in segments of "
                    + segmentBytes + " bytes, not " + maxPayloadBytes + "; use larger segments");
        }
        if (reserveSegments < 1) {
            throw new IllegalArgumentException("reserveSegments must be at least 1, not " + reserveSegments);
        }
    }

    public static LogConfig defaults() {
        return new LogConfig(DEFAULT_SEGMENT_BYTES, DEFAULT_MAX_PAYLOAD_BYTES, DEFAULT_RESERVE_SEGMENTS);
    }

    long reserveBytes() {
        return (long) reserveSegments * segmentBytes;
    }
}
