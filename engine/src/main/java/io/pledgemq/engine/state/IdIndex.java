package io.pledgemq.engine.state;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/** Finds the slot of a 128-bit id: open addressing with linear probing over slot numbers; the ids themselves stay in their table. */
final class IdIndex {
    private static final int EMPTY = -1;

    private final IntToLongFunction high;
    private final IntToLongFunction low;
    private int[] slots = filled(64);
    private int size;

    IdIndex(IntToLongFunction high, IntToLongFunction low) {
        this.high = high;
        this.low = low;
    }

    private static int[] filled(int length) {
        int[] result = new int[length];
        Arrays.fill(result, EMPTY);
        return result;
    }

    int find(long idHigh, long idLow) {
        int mask = slots.length - 1;
        for (int i = hash(idHigh, idLow) & mask; slots[i] != EMPTY; i = (i + 1) & mask) {
            int slot = slots[i];
            if (low.applyAsLong(slot) == idLow && high.applyAsLong(slot) == idHigh) {
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
        insert(slot);
    }

    private void insert(int slot) {
        int mask = slots.length - 1;
        int i = home(slot);
        while (slots[i] != EMPTY) {
            i = (i + 1) & mask;
        }
        slots[i] = slot;
    }

    /** Removes by shifting the cluster back (Knuth, TAOCP 3, 6.4 algorithm R), so that no tombstones pile up. */
    void remove(int slot) {
        int mask = slots.length - 1;
        int gap = home(slot);
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
            int home = home(slots[i]);
            boolean mayMove = gap <= i ? home <= gap || home > i : home <= gap && home > i;
            if (mayMove) {
                slots[gap] = slots[i];
                gap = i;
            }
        }
        slots[gap] = EMPTY;
        size--;
    }

    private void grow() {
        int[] old = slots;
        slots = filled(old.length * 2);
        for (int slot : old) {
            if (slot != EMPTY) {
                insert(slot);
            }
        }
    }

    private int home(int slot) {
        return hash(high.applyAsLong(slot), low.applyAsLong(slot)) & (slots.length - 1);
    }

    private static int hash(long idHigh, long idLow) {
        long mixed = Hashes.mix(idHigh * 0x9e3779b97f4a7c15L + idLow);
        return (int) (mixed ^ (mixed >>> 32));
    }
}
