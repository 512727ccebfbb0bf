package io.pledgemq.engine.log;

/** Checks that are always on: what they say is true, or the program is wrong and must not go on. */
final class Invariant {
    private Invariant() {}

    static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalStateException(message);
        }
    }
}
