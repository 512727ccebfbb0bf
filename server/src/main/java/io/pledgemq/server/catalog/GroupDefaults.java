package io.pledgemq.server.catalog;

import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.RetryPolicy;

/**
 * Settings of a consumer group that is created by its first use.
 *
 * @param create whether it is created at all
 * @param fromStart whether it begins with all retained messages, or with those committed from then on
 */
public record GroupDefaults(boolean create, int maxAttempts, RetryPolicy retry, boolean fromStart) {
    GroupConfig group(String name, boolean fifo) {
        return new GroupConfig(name, fifo, maxAttempts, retry, OnExhausted.PARK, false);
    }
}
