package io.pledgemq.engine.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How the newest segment ends, and the rule that tells a torn tail from damage: bytes that do not verify are torn only
 * if nothing behind them proves that they had been durable. The proof is a watermark in a later BATCH or SEAL. Only
 * damage in the last forced batch, when no seal follows it, looks like a torn tail.
 *
 * @param end offset behind the last frame that counts
 * @param watermark highest position up to which everything is known to have been forced
 * @param sealed true if the last frame is a SEAL
 */
record Tail(int end, long watermark, int epoch, long engineMs, long wallMs, boolean sealed) {
    /** Reads the newest segment to its end and changes nothing. */
    static Tail examine(SegmentFile newest) throws IOException {
        SegmentHeader header = newest.header();
        FrameCursor cursor = new FrameCursor(newest, newest.sizeBytes());
        Tail tail = new Tail(
                SegmentHeader.BYTES,
                newest.position(SegmentHeader.BYTES),
                header.epoch(),
                header.engineMs(),
                header.wallMs(),
                false);
        while (cursor.moveTo(tail.end) && cursor.epoch() >= tail.epoch) {
            tail = tail.with(cursor.frame(), cursor.end());
        }
        String complaint = cursor.complaint();
        if (Position.segment(tail.watermark) > newest.number()) {
            throw new MissingSegmentException(
                    Position.segment(tail.watermark), "the seal of " + newest.name() + " says that it was begun");
        }
        DamagedRange damage = damageBehind(newest, tail.end, tail.epoch, complaint);
        if (damage != null) {
            throw new DamagedLogException(damage);
        }
        return tail;
    }

    /**
     * The damaged range that begins at {@code end} if something behind it proves that there was a durable frame, else
     * null.
     */
    static @Nullable DamagedRange damageBehind(SegmentFile newest, int end, int epoch, String complaint)
            throws IOException {
        FrameCursor cursor = new FrameCursor(newest, newest.sizeBytes());
        int nextValid = 0;
        int from = end + FrameFormat.ALIGNMENT;
        while (cursor.seek(from)) {
            if (cursor.epoch() >= epoch) {
                nextValid = nextValid == 0 ? cursor.offset() : nextValid;
                if (watermarkOf(cursor.frame()) > newest.position(end)) {
                    String proof = "; the frame at " + Position.text(cursor.position()) + " proves that it was durable";
                    return new DamagedRange(newest.name(), end, nextValid, complaint + proof);
                }
            }
            from = cursor.end();
        }
        return null;
    }

    private Tail with(Frame frame, int frameEnd) {
        boolean seal = frame.type() == FrameFormat.TYPE_SEAL;
        long known = Math.max(watermark, watermarkOf(frame));
        if (!frame.isBatch()) {
            return new Tail(frameEnd, known, frame.epoch(), engineMs, wallMs, seal);
        }
        Batch batch = Batch.of(frame);
        return new Tail(frameEnd, known, frame.epoch(), batch.engineMs(), batch.wallMs(), false);
    }

    /** What a frame proves to have been durable; zero if nothing. */
    static long watermarkOf(Frame frame) {
        if (frame.isBatch()) {
            return Batch.of(frame).watermark();
        }
        return frame.type() == FrameFormat.TYPE_SEAL ? frame.payload().getLong(0) : 0;
    }
}
