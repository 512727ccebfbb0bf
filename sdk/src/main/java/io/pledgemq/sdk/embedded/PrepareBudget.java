package io.pledgemq.sdk.embedded;

import java.util.concurrent.Semaphore;

/**
 * How many bytes of bodies this transport has at the engine that are not answered yet. The engine refuses what goes
 * over its own bound ({@code bytesInFlight}); callers wait here instead, in the order of arrival. So a transaction may
 * be larger than the bound, and several at a time do not refuse each other. Safe for use by many threads.
 */
final class PrepareBudget {
    private static final int UNIT = 1 << 10;

    private final int units;
    private final Semaphore free;

    PrepareBudget(long bytesInFlight) {
        this.units = (int) Math.max(1, Math.min(bytesInFlight / UNIT, Integer.MAX_VALUE));
        this.free = new Semaphore(units, true);
    }

    /** Waits until a body of this size fits; one that is larger than all goes alone. Ends with the engine at last. */
    void take(int bodyBytes) {
        free.acquireUninterruptibly(unitsOf(bodyBytes));
    }

    /** The engine has answered. */
    void giveBack(int bodyBytes) {
        free.release(unitsOf(bodyBytes));
    }

    private int unitsOf(int bodyBytes) {
        return (int) Math.min(units, ((long) bodyBytes + UNIT - 1) / UNIT);
    }
}
