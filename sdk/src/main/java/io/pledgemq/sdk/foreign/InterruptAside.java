package io.pledgemq.sdk.foreign;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The interrupt of this thread, set aside while we work on a database or close something: H2 closes its file, for
 * everybody, when the thread that reads or writes it is interrupted. Closing this gives the interrupt back.
 */
public final class InterruptAside implements AutoCloseable {
    private boolean interrupted = Thread.interrupted();

    private InterruptAside() {}

    /** What is done meanwhile. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object, X extends Exception> {
        T call() throws X;
    }

    /** Until it is closed, this thread is not interrupted. */
    public static InterruptAside begin() {
        return new InterruptAside();
    }

    /** Does this with the interrupt set aside. */
    public static <T extends @Nullable Object, X extends Exception> T during(Work<T, X> work) throws X {
        boolean interrupted = Thread.interrupted();
        try {
            return work.call();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** An interrupt that a handler left on a thread of ours is meant for nobody. */
    public static void drop() {
        boolean unused = Thread.interrupted();
    }

    /**
     * Waits, and goes on waiting when interrupted.
     *
     * @param deadlineNanos as {@link System#nanoTime} has it
     * @return false if the deadline has come
     */
    public boolean await(CountDownLatch latch, long deadlineNanos) {
        while (true) {
            try {
                return latch.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /** As {@link #await}, for the tasks of an executor that was shut down. */
    public boolean awaitEnd(ExecutorService executor, long deadlineNanos) {
        while (true) {
            try {
                return executor.awaitTermination(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    @Override
    public void close() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
