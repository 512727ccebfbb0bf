package io.pledgemq.engine.log;

import java.io.IOException;

/** Walks the durable part of a log, segment by segment; anything there that does not verify is damage. */
final class LogScan {
    private LogScan() {}

    static void run(SegmentChain chain, long from, long to, FrameVisitor visitor) throws IOException {
        for (SegmentFile segment : chain.from(Position.segment(from))) {
            if (segment.number() > Position.segment(to)) {
                return;
            }
            // Position (segment, 0) stands for the first frame of a segment.
            int begin = segment.number() == Position.segment(from)
                    ? Math.max(Position.offset(from), SegmentHeader.BYTES)
                    : SegmentHeader.BYTES;
            walk(segment, begin, limit(chain, segment, to), visitor);
        }
    }

    /** Where the frames of the segment end, according to the next segment's header. */
    private static int limit(SegmentChain chain, SegmentFile segment, long to) {
        SegmentFile next = chain.find(segment.number() + 1);
        return segment.number() == Position.segment(to) || next == null
                ? Position.offset(to)
                : Position.offset(next.header().previousEnd());
    }

    private static void walk(SegmentFile segment, int begin, int limit, FrameVisitor visitor) throws IOException {
        FrameCursor cursor = new FrameCursor(segment, limit);
        int at = begin;
        while (at < limit) {
            if (!cursor.moveTo(at)) {
                String complaint = cursor.complaint();
                cursor.seek(at + FrameFormat.ALIGNMENT);
                throw segment.damaged(at, cursor.offset(), complaint);
            }
            visitor.visit(cursor.frame());
            at = cursor.end();
        }
    }
}
