package io.pledgemq.engine.command;

/**
 * Everything that has an upper bound, by name. Over a bound the caller gets {@link Outcome.Refused} with the name and
 * both numbers.
 *
 * @param bodyBytes largest body of one message
 * @param properties most properties of one message
 * @param propertiesBytes all names and values of one message's properties, key, tag and message group together
 * @param topics most topics
 * @param groups most consumer groups
 * @param delayMs furthest delivery time from now
 * @param preparedPerSender most undecided messages of one service
 * @param bytesInFlight bytes of bodies that wait for their force
 */
public record Limits(
        int bodyBytes,
        int properties,
        int propertiesBytes,
        int topics,
        int groups,
        long delayMs,
        int preparedPerSender,
        long bytesInFlight) {
    public static final Limits DEFAULT =
            new Limits(4 << 20, 128, 32 << 10, 10_000, 10_000, 40L * 24 * 3600 * 1000, 10_000_000, 64L << 20);
}
