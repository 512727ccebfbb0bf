package io.pledgemq.engine.state;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The ordered half messages of each message group, in the order of their prepares. Committed ones wait behind an
 * undecided one: the first of a queue is always undecided. Derived from {@link Pending} after a start; takes two ints
 * for each slot once any message is ordered, and an entry for each queue.
 */
final class PublishOrder {
    private static final int NONE = -1;
    private static final int SMALLEST = 16;

    private final LongIntMap firsts = new LongIntMap(NONE);
    private final LongIntMap lasts = new LongIntMap(NONE);
    private int[] before = {};
    private int[] behind = {};

    /** Which line a pending message belongs to: two message groups share one with a chance of 1 in 2^64. */
    private static long line(Pending pending, int slot) {
        long line = Hashes.mix(pending.messageGroup(slot) + pending.topic(slot));
        return line == 0 ? 1 : line;
    }

    void rebuild(Pending pending) {
        IntStream.range(0, pending.end())
                .filter(slot -> pending.state(slot) != Pending.FREE && pending.ordered(slot))
                .boxed()
                .sorted(Comparator.comparingLong(pending::transactionId))
                .forEach(slot -> append(pending, slot));
    }

    /** It was prepared after all that stand in its line. */
    void append(Pending pending, int slot) {
        if (slot >= before.length) {
            int length = Math.max(Math.max(SMALLEST, slot + 1), before.length + before.length / 2);
            before = Arrays.copyOf(before, length);
            behind = Arrays.copyOf(behind, length);
        }
        long line = line(pending, slot);
        int last = lasts.get(line);
        before[slot] = last;
        behind[slot] = NONE;
        if (last == NONE) {
            firsts.put(line, slot);
        } else {
            behind[last] = slot;
        }
        lasts.put(line, slot);
    }

    boolean isFirst(int slot) {
        return before[slot] == NONE;
    }

    /** Takes one out of its line; returns the next one if that is the first now, else -1. */
    int remove(Pending pending, int slot) {
        long line = line(pending, slot);
        int previous = before[slot];
        int next = behind[slot];
        if (next == NONE) {
            put(lasts, line, previous);
        } else {
            before[next] = previous;
        }
        if (previous == NONE) {
            put(firsts, line, next);
            return next;
        }
        behind[previous] = next;
        return NONE;
    }

    private static void put(LongIntMap map, long line, int slot) {
        if (slot == NONE) {
            map.remove(line);
        } else {
            map.put(line, slot);
        }
    }
}
