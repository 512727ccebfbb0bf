package io.pledgemq.engine;

import java.time.Duration;

/**
 * A request for messages.
 *
 * @param client name of the receiver, for the history of the message
 * @param max most messages in the answer, 1 to {@value #MAX}
 * @param waitTime how long to wait for the first message
 * @param lease how long the receiver has to settle them
 * @param promptRetry true: after a lease that ran out the next attempt follows at once, not after the group's pause
 * @param wholeGroups true: an ordered group gets several messages of a message group at once, if they are available,
 *     and may settle them in any order; the receiver then keeps their order itself, also when one of them fails. False:
 *     it gets one, and the next one when that is settled
 */
public record ReceiveRequest(
        String group,
        String topic,
        String client,
        int max,
        Duration waitTime,
        Duration lease,
        boolean promptRetry,
        boolean wholeGroups) {
    public static final int MAX = 1024;
    public static final Duration MAX_LEASE = Duration.ofHours(12);
    public static final Duration MAX_WAIT = Duration.ofHours(1);

    public ReceiveRequest {
        if (max < 1 || max > MAX) {
            throw new IllegalArgumentException("max must be 1 to " + MAX + ", it is " + max);
        }
        if (lease.isNegative() || lease.isZero() || lease.compareTo(MAX_LEASE) > 0) {
            throw new IllegalArgumentException(
                    "a lease must be longer than 0 and at most " + MAX_LEASE + ", it is " + lease);
        }
        if (waitTime.isNegative() || waitTime.compareTo(MAX_WAIT) > 0) {
            throw new IllegalArgumentException("a wait must be 0 to " + MAX_WAIT + ", it is " + waitTime);
        }
    }

    /** A request with whose leases the group's pause follows a lease that ran out. */
    public ReceiveRequest(String group, String topic, String client, int max, Duration waitTime, Duration lease) {
        this(group, topic, client, max, waitTime, lease, false, false);
    }

    public ReceiveRequest withPromptRetry() {
        return new ReceiveRequest(group, topic, client, max, waitTime, lease, true, wholeGroups);
    }

    public ReceiveRequest withWholeGroups() {
        return new ReceiveRequest(group, topic, client, max, waitTime, lease, promptRetry, true);
    }
}
