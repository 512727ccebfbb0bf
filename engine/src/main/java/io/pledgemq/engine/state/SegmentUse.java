package io.pledgemq.engine.state;

import java.util.Arrays;

/**
 * Counts for each log segment how many messages in it are still needed. Derived: rebuilt when a state is read from a
 * snapshot.
 */
final class SegmentUse {
    private int firstSegment = -1;
    private int[] counts = new int[16];

    private static int segmentOf(long position) {
        return (int) (position >>> 32);
    }

    void hold(long position) {
        int segment = segmentOf(position);
        if (firstSegment < 0) {
            firstSegment = segment;
        }
        if (segment < firstSegment) {
            int shift = firstSegment - segment;
            int[] shifted = new int[counts.length + shift];
            System.arraycopy(counts, 0, shifted, shift, counts.length);
            counts = shifted;
            firstSegment = segment;
        }
        int index = segment - firstSegment;
        if (index >= counts.length) {
            dropEmptyFront();
            index = segment - firstSegment;
        }
        if (index >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(counts.length * 2, index + 1));
        }
        counts[index]++;
    }

    void release(long position) {
        int index = segmentOf(position) - firstSegment;
        Invariant.check(index >= 0 && index < counts.length && counts[index] > 0, "released segment is held", 1, index);
        counts[index]--;
    }

    int count(int segment) {
        int index = segment - firstSegment;
        return index < 0 || index >= counts.length || firstSegment < 0 ? 0 : counts[index];
    }

    private void dropEmptyFront() {
        int empty = 0;
        while (empty < counts.length - 1 && counts[empty] == 0) {
            empty++;
        }
        System.arraycopy(counts, empty, counts, 0, counts.length - empty);
        Arrays.fill(counts, counts.length - empty, counts.length, 0);
        firstSegment += empty;
    }
}
