package io.pledgemq.engine.writer;

import java.util.Arrays;

/**
 * Slots ordered by when they are due: a binary heap that knows where each slot is, so that a timer can be moved or
 * removed. Equal times are ordered by slot.
 */
final class TimerHeap {
    private static final int ABSENT = -1;

    private int[] heap = new int[64];
    private long[] dues = new long[64];
    private int[] places = new int[0];
    private int size;

    int size() {
        return size;
    }

    /** When the first one is due, or {@link Long#MAX_VALUE}. */
    long nextDue() {
        return size == 0 ? Long.MAX_VALUE : dues[0];
    }

    /** The first slot that is due, removed; or -1. */
    int pollDue(long now) {
        if (size == 0 || dues[0] > now) {
            return ABSENT;
        }
        int slot = heap[0];
        remove(slot);
        return slot;
    }

    /** Adds a slot, or moves it. */
    void set(int slot, long due) {
        int place = place(slot);
        if (place == ABSENT) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size + (size >> 1));
                dues = Arrays.copyOf(dues, heap.length);
            }
            place = size++;
            put(place, slot, due);
        } else {
            dues[place] = due;
        }
        siftDown(siftUp(place));
    }

    void remove(int slot) {
        int place = place(slot);
        if (place == ABSENT) {
            return;
        }
        places[slot] = ABSENT;
        size--;
        if (place < size) {
            put(place, heap[size], dues[size]);
            siftDown(siftUp(place));
        }
    }

    private int place(int slot) {
        if (slot >= places.length) {
            int old = places.length;
            places = Arrays.copyOf(places, Math.max(64, slot + 1 + (slot >> 1)));
            Arrays.fill(places, old, places.length, ABSENT);
        }
        return places[slot];
    }

    private void put(int place, int slot, long due) {
        heap[place] = slot;
        dues[place] = due;
        places[slot] = place;
    }

    private boolean before(int a, int b) {
        return dues[a] < dues[b] || (dues[a] == dues[b] && heap[a] < heap[b]);
    }

    private int siftUp(int from) {
        int place = from;
        while (place > 0 && before(place, (place - 1) >>> 1)) {
            place = swap(place, (place - 1) >>> 1);
        }
        return place;
    }

    private void siftDown(int from) {
        int place = from;
        while (true) {
            int child = 2 * place + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && before(child + 1, child)) {
                child++;
            }
            if (!before(child, place)) {
                return;
            }
            place = swap(place, child);
        }
    }

    private int swap(int a, int b) {
        int slot = heap[a];
        long due = dues[a];
        put(a, heap[b], dues[b]);
        put(b, slot, due);
        return b;
    }
}
