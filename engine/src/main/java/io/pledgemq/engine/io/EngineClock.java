package io.pledgemq.engine.io;

/**
 * The two times the engine knows. The monotonic one never goes back and survives no restart; the wall one may jump and
 * is only data.
 */
public interface EngineClock {
    /** Milliseconds since an arbitrary moment; never decreases while the process lives. */
    long monotonicMs();

    /** Milliseconds since 1970-01-01T00:00Z as the machine believes; may jump either way. */
    long wallMs();

    /** The clock of this machine. */
    static EngineClock system() {
        return SystemClock.INSTANCE;
    }
}
