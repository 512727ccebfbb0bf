package io.pledgemq.sdk;

import io.pledgemq.sdk.transport.Delivery;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A delivery from its receipt until it is settled: it waits for a handler, which begins with it, or is given back. */
final class RunningDelivery {
    final Delivery delivery;
    final long receivedNanos = System.nanoTime();
    /** Of the lease thread only. */
    long renewedNanos = receivedNanos;

    /** Of the lease thread only. */
    boolean overdueReported;

    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile @Nullable Thread handler;

    RunningDelivery(Delivery delivery) {
        this.delivery = delivery;
    }

    /**
     * Returns true to one caller only: the handler that begins, or the thread that gives the message back before that.
     */
    boolean take() {
        return taken.compareAndSet(false, true);
    }

    boolean isWaiting() {
        return !taken.get();
    }

    void handledHere() {
        handler = Thread.currentThread();
    }

    boolean isHandledHere() {
        return handler == Thread.currentThread();
    }

    /** Its handler, if it had one, has nothing more to do with it. */
    void done() {
        settled.countDown();
    }

    CountDownLatch settled() {
        return settled;
    }
}
