package io.pledgemq.examples.demo;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The progress of a job. For any number of threads. */
final class JobProgress implements Supplier<Progress.State> {

    private final AtomicLong done = new AtomicLong();
    private volatile String phase = "starting";
    private volatile long total;

    /** Begins a phase of {@code total} steps. */
    void begin(String name, long steps) {
        done.set(0);
        total = steps;
        phase = name;
    }

    void step() {
        done.incrementAndGet();
    }

    /** Sets how many steps are done, for a caller that counts them itself. */
    void at(long steps) {
        done.set(steps);
    }

    @Override
    public Progress.State get() {
        return new Progress.State(phase, done.get(), total);
    }
}
