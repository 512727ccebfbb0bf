package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.foreign.InterruptAside;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The state of a {@link PledgeMQ}: open or closing. From the beginning of its close on, everything is refused, except
 * what running handlers need in order to finish.
 */
final class Lifecycle {
    private static final Duration LONGEST_CLOSE = Duration.ofMinutes(2);

    private final ThreadLocal<Boolean> handling = ThreadLocal.withInitial(() -> false);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Duration handlersMayRun;

    Lifecycle(Duration handlersMayRun) {
        this.handlersMayRun = handlersMayRun;
    }

    /** How long a close waits for handlers. */
    Duration handlersMayRun() {
        return handlersMayRun;
    }

    /** Runs a handler on this thread, which is ours: an interrupt that the handler leaves behind is for nobody. */
    void inHandler(Runnable handler) {
        handling.set(true);
        try {
            handler.run();
        } finally {
            handling.remove();
            InterruptAside.drop();
        }
    }

    /** This thread runs a handler. */
    boolean isHandling() {
        return handling.get();
    }

    /** For what begins something new. */
    void requireOpen(String what) {
        if (closing.get()) {
            throw new IllegalUseException("expected " + what
                    + " on an open PledgeMQ, but this one is closed; nothing has happened. Open another one, or call it "
                    + "before close()");
        }
    }

    /** For what a handler that still runs may do. */
    void requireOpenOrHandling(String what) {
        if (!isHandling()) {
            requireOpen(what);
        }
    }

    boolean isClosing() {
        return closing.get();
    }

    /** True for one caller, which then closes. */
    boolean beginClosing() {
        return closing.compareAndSet(false, true);
    }

    void closed() {
        closed.countDown();
    }

    /** Waits until another thread has closed it, up to a limit. */
    void awaitClosed() {
        try (InterruptAside aside = InterruptAside.begin()) {
            aside.await(closed, System.nanoTime() + LONGEST_CLOSE.toNanos());
        }
    }
}
