package io.pledgemq.sdk.transport;

import java.time.Duration;
import java.util.List;

/**
 * One member of a consumer group. Safe for use by many threads. Settling calls (ack, nack, dead) hand over and return;
 * if one gets lost, or its lease is over, the message is delivered again.
 *
 * <p>{@link #receive} throws {@code EngineUnavailableException} while the engine is away, and can be called again.
 */
public interface Receiver extends AutoCloseable {
    /**
     * Leases up to {@code max} messages. Waits up to {@code wait} for the first; may return none.
     *
     * @throws InterruptedException if the thread was interrupted while waiting
     */
    List<Delivery> receive(int max, Duration wait, Duration lease) throws InterruptedException;

    /** Done. */
    void ack(Delivery delivery, AckNote note);

    /**
     * Not done, deliver again after the delay.
     *
     * @param counted false if the message is not to blame (applied elsewhere at this moment, database away); a
     *     transport that cannot tell the two apart counts it
     */
    void nack(Delivery delivery, String reason, boolean counted, Duration delay);

    /** Will never succeed: a dead letter at once. */
    void dead(Delivery delivery, String reason);

    /** The handler is alive and needs longer: the lease ends that much after now. */
    void extend(Delivery delivery, Duration lease);

    @Override
    void close();
}
