package io.pledgemq.engine.sim;

import io.pledgemq.engine.io.EngineClock;

/** A clock that moves only when a test moves it. Safe for several threads. */
public final class SimClock implements EngineClock {
    private volatile long monotonicMs;
    private volatile long wallMs;

    public SimClock(long monotonicMs, long wallMs) {
        this.monotonicMs = monotonicMs;
        this.wallMs = wallMs;
    }

    @Override
    public long monotonicMs() {
        return monotonicMs;
    }

    @Override
    public long wallMs() {
        return wallMs;
    }

    /** Lets time pass on both clocks. */
    public synchronized void advance(long ms) {
        long monotonic = monotonicMs + ms;
        long wall = wallMs + ms;
        monotonicMs = monotonic;
        wallMs = wall;
    }

    /** Sets the wall clock, as an administrator would. */
    public synchronized void jumpWallTo(long ms) {
        wallMs = ms;
    }
}
