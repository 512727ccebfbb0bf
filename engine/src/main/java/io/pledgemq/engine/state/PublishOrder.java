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

    /** The queue of a pending message. Two message groups share one with a chance of 1 in 2^64. */
    private static long queue(Pending pending, int slot) {
        long queue = Hashes.mix(pending.messageGroup(slot) + pending.topic(slot));
        return queue == 0 ? 1 : queue;
    }

    void rebuild(Pending pending) {
        IntStream.range(0, pending.end())
                .filter(slot -> pending.state(slot) != Pending.FREE && pending.ordered(slot))
                .boxed()
                .sorted(Comparator.comparingLong(pending::transactionId))
                .forEach(slot -> append(pending, slot));
    }

    /** Appends a message that was prepared after all others of its queue. */
    void append(Pending pending, int slot) {
        if (slot >= before.length) {
            int length = Math.max(Math.max(SMALLEST, slot + 1), before.length + before.length / 2);
            before = Arrays.copyOf(before, length);
            behind = Arrays.copyOf(behind, length);
        }
        long queue = queue(pending, slot);
        int last = lasts.get(queue);
        before[slot] = last;
        behind[slot] = NONE;
        if (last == NONE) {
            firsts.put(queue, slot);
        } else {
            behind[last] = slot;
        }
        lasts.put(queue, slot);
    }

    boolean isFirst(int slot) {
        return before[slot] == NONE;
    }

    /** Removes a message from its queue; returns the next one if that is the first now, else -1. */
    int remove(Pending pending, int slot) {
        long queue = queue(pending, slot);
        int previous = before[slot];
        int next = behind[slot];
        if (next == NONE) {
            put(lasts, queue, previous);
        } else {
            before[next] = previous;
        }
        if (previous == NONE) {
            put(firsts, queue, next);
            return next;
        }
        behind[previous] = next;
        return NONE;
    }

    private static void put(LongIntMap map, long queue, int slot) {
        if (slot == NONE) {
            map.remove(queue);
        } else {
            map.put(queue, slot);
        }
    }
}
