package io.pledgemq.engine.state;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/**
 * Finds the slot of a 128-bit id: open addressing with linear probing over slot numbers; the ids themselves stay in
 * their table. 32 more bits of the hash are stored beside each slot, so that a row is read only if it very likely
 * matches.
 */
final class IdIndex {
    private static final int EMPTY = -1;
    private static final int SMALLEST = 64;

    private final IntToLongFunction high;
    private final IntToLongFunction low;
    private int[] slots;
    private int[] tags;
    private int size;

    IdIndex(IntToLongFunction high, IntToLongFunction low) {
        this(high, low, 0);
    }

    /** @param expected number of ids for which it never grows */
    IdIndex(IntToLongFunction high, IntToLongFunction low, int expected) {
        this.high = high;
        this.low = low;
        int length = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, expected)) * 4);
        this.slots = filled(length);
        this.tags = new int[length];
    }

    private static int[] filled(int length) {
        int[] result = new int[length];
        Arrays.fill(result, EMPTY);
        return result;
    }

    int find(long idHigh, long idLow) {
        long hash = hash(idHigh, idLow);
        int tag = (int) (hash >>> 32);
        int mask = slots.length - 1;
        for (int i = (int) hash & mask; slots[i] != EMPTY; i = (i + 1) & mask) {
            int slot = slots[i];
            if (tags[i] == tag && low.applyAsLong(slot) == idLow && high.applyAsLong(slot) == idHigh) {
                return slot;
            }
        }
        return EMPTY;
    }

    void put(int slot) {
        if ((size + 1) * 3L > slots.length * 2L) {
            grow();
        }
        size++;
        insert(slot, hashOf(slot));
    }

    private void insert(int slot, long hash) {
        int mask = slots.length - 1;
        int i = (int) hash & mask;
        while (slots[i] != EMPTY) {
            i = (i + 1) & mask;
        }
        slots[i] = slot;
        tags[i] = (int) (hash >>> 32);
    }

    /** Removes by shifting the cluster back (Knuth, TAOCP 3, 6.4 algorithm R), so that no tombstones pile up. */
    void remove(int slot) {
        int mask = slots.length - 1;
        int gap = (int) hashOf(slot) & mask;
        while (slots[gap] != slot) {
            Invariant.check(slots[gap] != EMPTY, "slot to remove is in the index", slot, EMPTY);
            gap = (gap + 1) & mask;
        }
        int i = gap;
        while (true) {
            i = (i + 1) & mask;
            if (slots[i] == EMPTY) {
                break;
            }
            int home = (int) hashOf(slots[i]) & mask;
            boolean mayMove = gap <= i ? home <= gap || home > i : home <= gap && home > i;
            if (mayMove) {
                slots[gap] = slots[i];
                tags[gap] = tags[i];
                gap = i;
            }
        }
        slots[gap] = EMPTY;
        size--;
    }

    private void grow() {
        int[] old = slots;
        slots = filled(old.length * 2);
        tags = new int[slots.length];
        for (int slot : old) {
            if (slot != EMPTY) {
                insert(slot, hashOf(slot));
            }
        }
    }

    private long hashOf(int slot) {
        return hash(high.applyAsLong(slot), low.applyAsLong(slot));
    }

    private static long hash(long idHigh, long idLow) {
        return Hashes.mix(idHigh * 0x9e3779b97f4a7c15L + idLow);
    }
}
