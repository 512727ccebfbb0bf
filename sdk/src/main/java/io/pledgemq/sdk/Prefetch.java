package io.pledgemq.sdk;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * How many messages a consumer may hold: one for each handler, and, as long as handlers are quick, up to as many again
 * that wait for one. Otherwise each handler would rest from the end of a message until the engine has leased the next
 * one durably, which takes about as long as a quick handler runs. Handlers that are not quick get nothing ahead, so
 * that messages do not wait here while another process could take them.
 */
final class Prefetch {
    private static final long QUICK_NANOS = Duration.ofMillis(100).toNanos();

    private final int mostAhead;
    private final Semaphore free;
    private int ahead;

    Prefetch(int handlers) {
        this.mostAhead = handlers;
        this.free = new Semaphore(handlers);
    }

    /** Waits until there is room, and returns for how many messages. */
    int room() throws InterruptedException {
        free.acquire();
        return 1 + free.drainPermits();
    }

    /** Of the room that was taken this much is not needed. */
    void giveBack(int room) {
        free.release(room);
    }

    synchronized void handled(long nanos) {
        if (nanos > QUICK_NANOS) {
            returned();
        } else if (ahead < mostAhead) {
            ahead++;
            free.release(2);
        } else {
            free.release();
        }
    }

    /** A message was given back, or its handler was slow: one less waits from now on. */
    synchronized void returned() {
        if (ahead > 0) {
            ahead--;
        } else {
            free.release();
        }
    }
}
