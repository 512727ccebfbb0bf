package io.pledgemq.engine.log;

/** Checks that are always on: a failed one is a bug, and the program must not go on. */
final class Invariant {
    private Invariant() {}

    static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalStateException(message);
        }
    }
}
