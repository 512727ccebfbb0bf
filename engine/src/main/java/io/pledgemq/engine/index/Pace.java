package io.pledgemq.engine.index;

/** Slows background work, which calls it between its steps; may wait, or throw to end the work. */
@FunctionalInterface
public interface Pace {
    /** Full speed, without pauses. */
    Pace FULL = () -> {};

    /**
     * Called between two steps.
     *
     * @throws IndexingStoppedException if the work must end now
     */
    void pause();

    /** Ends the building of an index. */
    final class IndexingStoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public IndexingStoppedException() {
            super("the engine is closing", null, false, false);
        }
    }
}
