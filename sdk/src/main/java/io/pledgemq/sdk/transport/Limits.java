package io.pledgemq.sdk.transport;

import java.time.Duration;

/**
 * What an engine accepts in one message; it refuses for good what exceeds this. The SDK checks it before COMMIT, also
 * while the engine is away.
 *
 * @param bodyBytes largest body
 * @param properties most properties, PledgeMQ's included
 * @param propertiesBytes names and values of all properties, key and message group together, in UTF-8
 * @param longestDelay furthest delivery time from now
 */
public record Limits(int bodyBytes, int properties, int propertiesBytes, Duration longestDelay) {}
