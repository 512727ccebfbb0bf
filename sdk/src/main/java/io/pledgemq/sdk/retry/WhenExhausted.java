package io.pledgemq.sdk.retry;

/** What happens to a message that has failed its maximum of attempts. */
public enum WhenExhausted {
    /** It becomes a dead letter, an alert goes out, a person decides. */
    PARK,
    /** The consumer gives up for good, and its senders undo. */
    COMPENSATE
}
