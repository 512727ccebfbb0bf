package io.pledgemq.engine.command;

/**
 * Measures the disk. Called on the thread that everybody waits for: it must be quick, allocate little and not throw.
 */
@FunctionalInterface
public interface ForceListener {
    /** Measures nothing. */
    ForceListener NONE = (nanos, commands) -> {};

    /**
     * A batch became durable.
     *
     * @param nanos how long writing and forcing it took
     * @param commands how many were in it
     */
    void forced(long nanos, int commands);
}
