package io.pledgemq.engine.index;

/** Called now and then by background work; may wait, or throw to end the work. */
@FunctionalInterface
public interface Pace {
    /** Without a rest. */
    Pace FULL = () -> {};

    /**
     * Is called between two steps.
     *
     * @throws IndexingStoppedException if the work is to end now
     */
    void breathe();

    /** Ends the making of an index. */
    final class IndexingStoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public IndexingStoppedException() {
            super("the engine is closing", null, false, false);
        }
    }
}
