package io.pledgemq.sdk;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other threads do. */
final class Eventually {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Eventually() {}

    /** Fails if the condition does not become true within 30 s. */
    static void holds(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not become true within " + LIMIT);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
