package io.pledgemq.server.grpc;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.Failure;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Receipt;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The leases of one push consumer. Such a client names no invisible duration: the server renews its leases while it is
 * connected, and ends them when it is gone. Thread-safe.
 */
final class PushLeases {
    /** A handler that runs longer loses its lease, and its message goes to another consumer. */
    private static final Duration LONGEST = Duration.ofHours(3);

    private static final long PAUSE_WHEN_GONE_MS = 1_000;

    private final Engine engine;
    private final String clientId;
    private final Duration lease;
    private final Map<Receipt, Held> held = new ConcurrentHashMap<>();
    private final Map<String, List<Receipt>> attempts = new ConcurrentHashMap<>();

    private record Held(long sinceNanos, long renewedNanos) {}

    PushLeases(Engine engine, String clientId, ServiceLimits limits) {
        this.engine = engine;
        this.clientId = clientId;
        this.lease = limits.lease().push();
    }

    Duration duration() {
        return lease;
    }

    void given(Receipt receipt) {
        long now = System.nanoTime();
        held.put(receipt, new Held(now, now));
    }

    void settled(Receipt receipt) {
        held.remove(receipt);
    }

    int size() {
        return held.size();
    }

    /** Renews the leases that are more than half over. */
    void renew() {
        long now = System.nanoTime();
        held.forEach((receipt, lent) -> {
            if (now - lent.sinceNanos > LONGEST.toNanos()) {
                held.remove(receipt);
            } else if (now - lent.renewedNanos > lease.toNanos() / 2) {
                renew(receipt, new Held(lent.sinceNanos, now));
            }
        });
    }

    private void renew(Receipt receipt, Held renewed) {
        held.computeIfPresent(receipt, (r, old) -> renewed);
        var unused = engine.extendLease(receipt, lease).thenAccept(outcome -> {
            if (outcome instanceof Outcome.Refused) {
                held.remove(receipt);
            }
        });
    }

    /**
     * A poll with this attempt id was answered. A client repeats the id of a poll whose answer it never got: what that
     * answer held can be given again then.
     */
    void answered(String attemptId, List<Receipt> given) {
        attempts.put(attemptId, given);
    }

    /**
     * Notes a poll. The messages of an earlier answer to the same attempt are given back, since that answer was lost.
     */
    void begins(String attemptId) {
        List<Receipt> lost = attempts.remove(attemptId);
        if (lost != null) {
            lost.forEach(receipt -> giveBack(receipt, "the answer of poll " + attemptId + " was lost", false, 0));
        }
    }

    /** Forgets attempts whose messages are all settled. */
    void forgetSettledAttempts() {
        attempts.values().removeIf(receipts -> receipts.stream().noneMatch(held::containsKey));
    }

    /** Ends a lease whose handler has not answered. */
    void giveBack(Receipt receipt, String why, boolean counted, long pauseMs) {
        if (held.remove(receipt) != null) {
            // If the engine is closing, the lease ends by itself after the next start.
            var unused = engine.fail(receipt, clientId, new Failure(why, counted, false, pauseMs));
        }
    }

    /**
     * Ends all leases.
     *
     * @param orderly the client said goodbye, so it did not die of a message
     */
    void end(String why, boolean orderly) {
        held.keySet().forEach(receipt -> giveBack(receipt, why, !orderly, PAUSE_WHEN_GONE_MS));
        attempts.clear();
    }
}
