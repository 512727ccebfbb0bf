package io.pledgemq.engine.io;

/** The clock of this machine. */
enum SystemClock implements EngineClock {
    INSTANCE;

    @Override
    public long monotonicMs() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public long wallMs() {
        return System.currentTimeMillis();
    }
}
