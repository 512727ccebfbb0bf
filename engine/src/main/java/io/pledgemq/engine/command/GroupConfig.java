package io.pledgemq.engine.command;

/**
 * A consumer group: all its members share its progress.
 *
 * @param name 1 to 120 of {@code [%a-zA-Z0-9_-]}; with {@code %DLQ%} before it, it names the topic of its dead letters
 * @param fifo keeps the order of each message group: one unsettled message at a time
 * @param maxAttempts deliveries before a message becomes a dead letter, 1 to {@link #MAX_ATTEMPTS}
 * @param retry pauses between attempts
 * @param onExhausted what happens after the last attempt
 * @param deadLetterBlocks FIFO only: an open dead letter holds up its message group until it is settled
 */
public record GroupConfig(
        String name,
        boolean fifo,
        int maxAttempts,
        RetryPolicy retry,
        OnExhausted onExhausted,
        boolean deadLetterBlocks) {
    public static final int MAX_ATTEMPTS = 10_000;
    public static final int DEFAULT_ATTEMPTS = 16;

    /** Not FIFO, 16 attempts, exponential pauses, dead letters wait for a person. */
    public static GroupConfig of(String name) {
        return new GroupConfig(name, false, DEFAULT_ATTEMPTS, RetryPolicy.standard(), OnExhausted.PARK, false);
    }

    public GroupConfig withFifo(boolean newFifo) {
        return new GroupConfig(name, newFifo, maxAttempts, retry, onExhausted, deadLetterBlocks);
    }

    public GroupConfig withRetry(int newMaxAttempts, RetryPolicy newRetry) {
        return new GroupConfig(name, fifo, newMaxAttempts, newRetry, onExhausted, deadLetterBlocks);
    }

    public GroupConfig withOnExhausted(OnExhausted newOnExhausted) {
        return new GroupConfig(name, fifo, maxAttempts, retry, newOnExhausted, deadLetterBlocks);
    }

    public GroupConfig withDeadLetterBlocks(boolean newDeadLetterBlocks) {
        return new GroupConfig(name, fifo, maxAttempts, retry, onExhausted, newDeadLetterBlocks);
    }
}
