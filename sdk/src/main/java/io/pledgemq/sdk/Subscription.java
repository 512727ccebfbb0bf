package io.pledgemq.sdk;

/** A running consumer. */
public interface Subscription extends AutoCloseable {
    /** Takes no more messages and waits up to 10 s for handlers that run; idempotent. */
    @Override
    void close();
}
