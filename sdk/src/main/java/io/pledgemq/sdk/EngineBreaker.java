package io.pledgemq.sdk;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * With {@link OnEngineDown#OUTBOX}: after the engine could not be reached, transactions do not wait for it again and
 * again, but go straight to the outbox for a pause. When it is over, one transaction tries; the pause doubles with each
 * failure, from 1 s to 30 s. The first call that reaches the engine, the relay's for instance, ends it for all. An
 * engine that answers is not away, whatever it says. Safe for use by many threads.
 */
final class EngineBreaker {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(EngineBreaker.class);

    private final boolean used;
    private final LongSupplier nanoTime;
    private volatile boolean open;
    private Duration pause = FIRST_PAUSE;
    private long openedNanos;
    private long nextTryNanos;

    EngineBreaker(OnEngineDown onEngineDown, LongSupplier nanoTime) {
        this.used = onEngineDown == OnEngineDown.OUTBOX;
        this.nanoTime = nanoTime;
    }

    /** False if the outbox is to be used without trying the engine. True for one caller when a pause is over. */
    boolean mayTry() {
        return !open || isMyTurn();
    }

    private synchronized boolean isMyTurn() {
        long now = nanoTime.getAsLong();
        if (open && now - nextTryNanos < 0) {
            return false;
        }
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        nextTryNanos = now + pause.toNanos();
        return true;
    }

    void reached() {
        if (open) {
            close();
        }
    }

    private synchronized void close() {
        if (open) {
            open = false;
            LOG.info(
                    "the engine is back after {} s; messages are prepared there again",
                    Duration.ofNanos(nanoTime.getAsLong() - openedNanos).toSeconds());
        }
    }

    /** The pause counts from here: the try itself may have lasted longer. */
    synchronized void notReached(String why) {
        if (!used) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (!open) {
            open = true;
            openedNanos = now;
            pause = FIRST_PAUSE;
            LOG.warn(
                    "the engine cannot be reached, so messages go straight to the outbox; it is tried again after {} s, "
                            + "and then after growing pauses of up to {} s: {}",
                    pause.toSeconds(),
                    LONGEST_PAUSE.toSeconds(),
                    why);
        }
        nextTryNanos = now + pause.toNanos();
    }
}
