package io.pledgemq.engine.command;

/** Sees an engine being opened. Called on the thread that opens it; must be quick and not throw. */
@FunctionalInterface
public interface ProgressListener {
    /** Sees nothing. */
    ProgressListener NONE = (phase, doneBytes, totalBytes) -> {};

    /** What takes its time, in this order. */
    enum Phase {
        /** Finding the end of the log; its size is told, not how far it is. */
        LOG,
        /** Reading the newest snapshot. */
        SNAPSHOT,
        /** Applying what was logged since. */
        REPLAY
    }

    /**
     * How far it is. Told at most every 100 ms, so a quick phase may not be told at all.
     *
     * @param doneBytes of this phase, 0 to {@code totalBytes}
     */
    void progress(Phase phase, long doneBytes, long totalBytes);
}
