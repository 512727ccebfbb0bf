package io.pledgemq.engine.io;

/**
 * The two clocks of the engine. The monotonic clock never goes back, but starts over with the process; the wall clock
 * may jump, and the engine uses it as data only.
 */
public interface EngineClock {
    /** Milliseconds since an arbitrary moment; never decreases while the process lives. */
    long monotonicMs();

    /** Milliseconds since 1970-01-01T00:00Z according to the machine; may jump either way. */
    long wallMs();

    /** The clock of this machine. */
    static EngineClock system() {
        return SystemClock.INSTANCE;
    }
}
