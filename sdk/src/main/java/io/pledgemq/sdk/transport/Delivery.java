package io.pledgemq.sdk.transport;

import java.util.Map;

/**
 * One leased message.
 *
 * @param handle the transport's own, for ack, nack, dead and extend
 * @param messageId time-ordered UUID; for a message from a foreign sender the transport derives one, always the same
 * @param attempt counts from 1; deliveries that were not counted do not raise it
 * @param revision 0 as sent; raised by every redrive and edit
 * @param kind what the consumer shall do with it
 * @param reason why it became a dead letter, for {@link Kind#COMPENSATE}; otherwise empty
 * @param evenIfOld an operator has ordered to apply it although the inbox may have forgotten it
 */
public record Delivery(
        Object handle,
        String messageId,
        String topic,
        String key,
        Body body,
        Map<String, String> properties,
        int attempt,
        int revision,
        Kind kind,
        String reason,
        boolean evenIfOld) {
    /** The order that comes with a message. */
    public enum Kind {
        /** Apply it. */
        NORMAL,
        /** Never apply it, and tell its senders to undo. */
        COMPENSATE
    }

    public Delivery {
        properties = Map.copyOf(properties);
    }
}
