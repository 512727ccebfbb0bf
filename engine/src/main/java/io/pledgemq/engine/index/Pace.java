package io.pledgemq.engine.index;

/** Is called now and then by work that others must not suffer from; may wait, or throw to end the work. */
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
