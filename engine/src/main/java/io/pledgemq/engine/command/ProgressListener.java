package io.pledgemq.engine.command;

/** Follows the opening of an engine. Called on the thread that opens it; must be quick and not throw. */
@FunctionalInterface
public interface ProgressListener {
    /** Ignores all progress. */
    ProgressListener NONE = (phase, doneBytes, totalBytes) -> {};

    /** The phases that can take long, in this order. */
    enum Phase {
        /** Finding the end of the log; reports its size, not how much is done. */
        LOG,
        /** Reading the newest snapshot. */
        SNAPSHOT,
        /** Applying what was logged since. */
        REPLAY
    }

    /**
     * Reports progress, at most every 100 ms, so a quick phase may not be reported at all.
     *
     * @param doneBytes of this phase, 0 to {@code totalBytes}
     */
    void progress(Phase phase, long doneBytes, long totalBytes);
}
