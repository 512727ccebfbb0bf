package io.pledgemq.engine.writer;

/** A first-in-first-out queue of ints without an object per int. */
final class IntQueue {
    private int[] items = new int[16];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(int item) {
        if (size == items.length) {
            int[] larger = new int[items.length * 2];
            for (int i = 0; i < size; i++) {
                larger[i] = items[(head + i) & (items.length - 1)];
            }
            items = larger;
            head = 0;
        }
        items[(head + size++) & (items.length - 1)] = item;
    }

    /** The item at an index, 0 for the first. */
    int get(int place) {
        return items[(head + place) & (items.length - 1)];
    }

    int peek() {
        return items[head];
    }

    int poll() {
        int item = items[head];
        head = (head + 1) & (items.length - 1);
        size--;
        return item;
    }

    boolean contains(int item) {
        for (int i = 0; i < size; i++) {
            if (items[(head + i) & (items.length - 1)] == item) {
                return true;
            }
        }
        return false;
    }

    /** Removes the first occurrence; returns whether there was one. */
    boolean remove(int item) {
        for (int i = 0; i < size; i++) {
            if (items[(head + i) & (items.length - 1)] == item) {
                for (int j = i; j + 1 < size; j++) {
                    items[(head + j) & (items.length - 1)] = items[(head + j + 1) & (items.length - 1)];
                }
                size--;
                return true;
            }
        }
        return false;
    }
}
