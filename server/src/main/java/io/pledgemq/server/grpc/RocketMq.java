package io.pledgemq.server.grpc;

import java.time.Duration;

/** Limits of RocketMQ's proxy as it is shipped, for {@code compatibility: rocketmq}. */
final class RocketMq {
    /** Names and values of user properties, tag and keys. */
    static final int PROPERTIES_BYTES = 16 << 10;

    /** Furthest delivery time from now. */
    private static final Duration DELAY = Duration.ofDays(1);

    private RocketMq() {}

    static Duration shorter(Duration delay) {
        return delay.compareTo(DELAY) < 0 ? delay : DELAY;
    }
}
