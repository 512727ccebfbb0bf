package io.pledgemq.engine.state;

import java.util.Arrays;

/**
 * Maps non-zero longs to ints without an object per entry. Open addressing, linear probing, backward-shift removal. Not
 * thread-safe.
 */
public final class LongIntMap {
    private static final long EMPTY = 0;

    private final int missing;
    private long[] keys = new long[16];
    private int[] values = new int[16];
    private int size;

    /** @param missing what {@link #get} returns for a missing key */
    public LongIntMap(int missing) {
        this.missing = missing;
    }

    public int size() {
        return size;
    }

    public int get(long key) {
        int i = find(key);
        return keys[i] == key ? values[i] : missing;
    }

    public void put(long key, int value) {
        Invariant.check(key != EMPTY, "key differs from the empty mark", 1, key);
        int i = find(key);
        if (keys[i] != key) {
            if ((size + 1) * 3L > keys.length * 2L) {
                grow();
                i = find(key);
            }
            keys[i] = key;
            size++;
        }
        values[i] = value;
    }

    /** Adds to a value that starts at the missing one, and returns the sum. */
    public int add(long key, int delta) {
        int sum = get(key) + delta;
        if (sum == missing) {
            remove(key);
        } else {
            put(key, sum);
        }
        return sum;
    }

    public void remove(long key) {
        int mask = keys.length - 1;
        int gap = find(key);
        if (keys[gap] != key) {
            return;
        }
        int i = gap;
        while (true) {
            i = (i + 1) & mask;
            if (keys[i] == EMPTY) {
                break;
            }
            int home = (int) Hashes.mix(keys[i]) & mask;
            boolean mayMove = gap <= i ? home <= gap || home > i : home <= gap && home > i;
            if (mayMove) {
                keys[gap] = keys[i];
                values[gap] = values[i];
                gap = i;
            }
        }
        keys[gap] = EMPTY;
        size--;
    }

    private int find(long key) {
        int mask = keys.length - 1;
        int i = (int) Hashes.mix(key) & mask;
        while (keys[i] != EMPTY && keys[i] != key) {
            i = (i + 1) & mask;
        }
        return i;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new int[keys.length];
        Arrays.fill(values, missing);
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                put(oldKeys[i], oldValues[i]);
            }
        }
    }
}
