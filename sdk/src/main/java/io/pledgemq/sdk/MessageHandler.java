package io.pledgemq.sdk;

/**
 * Makes the effect of a message, in the transaction that holds its inbox row: exactly once per group and message.
 * Throwing rolls back, and the message comes again. Called from several threads at once.
 */
@FunctionalInterface
public interface MessageHandler<T> {
    /** Applies one message; what it throws becomes the reason of the next attempt or of the dead letter. */
    void handle(Transaction tx, ReceivedMessage<T> message) throws Exception;
}
