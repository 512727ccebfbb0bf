package io.pledgemq.sdk;

import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.retry.WhenExhausted;
import java.time.Duration;

/**
 * How a group consumes.
 *
 * @param threads handlers that run at once in this process, 1 to 1,000
 * @param lease how long the engine waits for a process that has died, 1 s to 1 h
 * @param maxHandlerTime how long a living handler keeps its message; afterwards others may get it (the inbox row still
 *     lets only one of them commit)
 */
public record SubscriptionOptions(
        RetryPolicy retry, WhenExhausted whenExhausted, int threads, Duration lease, Duration maxHandlerTime) {
    private static final int MAX_THREADS = 1_000;
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
    private static final Duration LONGEST_LEASE = Duration.ofHours(1);

    public SubscriptionOptions {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("expected 1 to " + MAX_THREADS + " threads, actual " + threads);
        }
        if (lease.compareTo(SHORTEST_LEASE) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException(
                    "expected a lease from " + SHORTEST_LEASE + " to " + LONGEST_LEASE + ", actual " + lease);
        }
        if (maxHandlerTime.compareTo(lease) < 0) {
            throw new IllegalArgumentException(
                    "expected a maxHandlerTime of at least the lease " + lease + ", actual " + maxHandlerTime);
        }
    }

    /** Standard retries, parked when exhausted, 4 threads, a lease of 30 s, handlers of up to 10 min. */
    public static SubscriptionOptions standard() {
        return new SubscriptionOptions(
                RetryPolicy.standard(), WhenExhausted.PARK, 4, Duration.ofSeconds(30), Duration.ofMinutes(10));
    }

    public SubscriptionOptions retry(RetryPolicy retry) {
        return new SubscriptionOptions(retry, whenExhausted, threads, lease, maxHandlerTime);
    }

    public SubscriptionOptions whenExhausted(WhenExhausted whenExhausted) {
        return new SubscriptionOptions(retry, whenExhausted, threads, lease, maxHandlerTime);
    }

    public SubscriptionOptions threads(int threads) {
        return new SubscriptionOptions(retry, whenExhausted, threads, lease, maxHandlerTime);
    }

    public SubscriptionOptions lease(Duration lease) {
        return new SubscriptionOptions(retry, whenExhausted, threads, lease, maxHandlerTime);
    }

    public SubscriptionOptions maxHandlerTime(Duration maxHandlerTime) {
        return new SubscriptionOptions(retry, whenExhausted, threads, lease, maxHandlerTime);
    }
}
