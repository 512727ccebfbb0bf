package io.pledgemq.engine.index;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The least and the greatest wall time of the frames in each stretch of a segment. The wall clock may jump either way.
 */
final class TimeMarks {
    private final long[] least;
    private final long[] greatest;

    TimeMarks(int count) {
        least = new long[count];
        greatest = new long[count];
        Arrays.fill(least, Long.MAX_VALUE);
        Arrays.fill(greatest, Long.MIN_VALUE);
    }

    static TimeMarks read(ByteBuffer in, int count) {
        TimeMarks marks = new TimeMarks(count);
        for (int i = 0; i < count; i++) {
            marks.least[i] = in.getLong();
            marks.greatest[i] = in.getLong();
        }
        return marks;
    }

    void write(ByteBuffer out) {
        for (int i = 0; i < least.length; i++) {
            out.putLong(least[i]).putLong(greatest[i]);
        }
    }

    /** Notes the time of a frame at this offset. */
    void note(int offset, long wallMs) {
        int stretch = offset / IndexHeader.STRETCH_BYTES;
        least[stretch] = Math.min(least[stretch], wallMs);
        greatest[stretch] = Math.max(greatest[stretch], wallMs);
    }

    private boolean within(int stretch, IndexQuery query) {
        return least[stretch] <= query.toMs() && greatest[stretch] >= query.fromMs();
    }

    /** The first offset in {@code [from, to)} where a frame may be within the query's time, else {@code to}. */
    int firstWithin(int from, int to, IndexQuery query) {
        return skip(from, to, query, false);
    }

    /**
     * The first offset in {@code [from, to)} from which no frame of its stretch is within the query's time, else
     * {@code to}.
     */
    int firstOutside(int from, int to, IndexQuery query) {
        return skip(from, to, query, true);
    }

    private int skip(int from, int to, IndexQuery query, boolean inside) {
        int at = from;
        while (at < to
                && at / IndexHeader.STRETCH_BYTES < least.length
                && within(at / IndexHeader.STRETCH_BYTES, query) == inside) {
            at = (at / IndexHeader.STRETCH_BYTES + 1) * IndexHeader.STRETCH_BYTES;
        }
        return Math.min(at, to);
    }
}
