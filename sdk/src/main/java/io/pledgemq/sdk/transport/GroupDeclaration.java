package io.pledgemq.sdk.transport;

import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.retry.WhenExhausted;

/**
 * A consumer group and how its failures are treated.
 *
 * @param client name of this process, unique among the group's members
 */
public record GroupDeclaration(
        String topic, String group, String client, RetryPolicy retry, WhenExhausted whenExhausted) {}
