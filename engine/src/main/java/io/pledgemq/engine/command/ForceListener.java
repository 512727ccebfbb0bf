package io.pledgemq.engine.command;

/** Measures forces. Called on the writer's thread: must be quick, allocate little and not throw. */
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
