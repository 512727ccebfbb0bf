package io.pledgemq.bench.client;

import java.util.concurrent.atomic.AtomicLongArray;

/** When the commit of each message was called, by its number. Thread-safe. */
final class CommitTimes {
    /** More than any machine does in a run. */
    static final int MAX_MESSAGES = 1 << 24;

    private final AtomicLongArray nanos = new AtomicLongArray(MAX_MESSAGES);

    void called(int number) {
        nanos.set(number, System.nanoTime());
    }

    long of(int number) {
        return nanos.get(number);
    }
}
