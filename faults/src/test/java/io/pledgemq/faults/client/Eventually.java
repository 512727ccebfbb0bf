package io.pledgemq.faults.client;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits for what must come, as briefly as it can. */
public final class Eventually {
    /** Long for a machine that has much else to do; nothing waits so long unless it fails. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private Eventually() {}

    public static void until(Callable<Boolean> condition, Supplier<String> otherwise) throws Exception {
        until(PATIENCE, condition, otherwise);
    }

    public static void until(Duration patience, Callable<Boolean> condition, Supplier<String> otherwise)
            throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("after " + patience + ": " + otherwise.get());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Sees to it that something stays as it is for a while. */
    public static void always(Duration time, Callable<Boolean> condition, Supplier<String> otherwise) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            if (!condition.call()) {
                throw new AssertionError(otherwise.get());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
