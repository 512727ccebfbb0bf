package io.pledgemq.engine;

import java.time.Duration;

/**
 * Who wants what.
 *
 * @param client who asks, for the history of the message
 * @param max most messages in the answer, 1 to {@value #MAX}
 * @param waitTime how long to wait for the first message
 * @param lease how long the receiver has to settle them
 */
public record ReceiveRequest(String group, String topic, String client, int max, Duration waitTime, Duration lease) {
    public static final int MAX = 1024;

    public ReceiveRequest {
        if (max < 1 || max > MAX) {
            throw new IllegalArgumentException("max must be 1 to " + MAX + ", it is " + max);
        }
        if (lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("a lease must be longer than 0, it is " + lease);
        }
    }
}
