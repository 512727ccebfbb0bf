package io.pledgemq.engine.state;

/** Checks that are always on: a broken one stops the writer, and a restart recovers from the log. */
public final class Invariant {
    private Invariant() {}

    /** Thrown by a broken invariant; only the edge of the writer's thread catches it, and halts. */
    public static final class Broken extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Broken(String text) {
            super(text);
        }
    }

    public static void check(boolean holds, String what, long expected, long actual) {
        if (!holds) {
            throw new Broken(what + ": expected " + expected + ", actual " + actual);
        }
    }
}
