package io.pledgemq.engine.command;

/**
 * A message leased to one consumer.
 *
 * @param receipt settles it
 * @param topic the topic it was received from: the message's own, or a topic of dead letters
 * @param message the message, or its edited revision; its own topic is the one it was sent to
 * @param kind apply it, or compensate
 * @param attempt 1 for the first delivery
 * @param revision 0 as sent; one more for each redrive of its dead letter
 * @param evenIfOld an operator wants it applied even if the receiver may have forgotten that it did so before
 * @param reason for {@link DeliveryKind#COMPENSATE}: why; else empty
 */
public record Delivery(
        Receipt receipt,
        String topic,
        Message message,
        DeliveryKind kind,
        int attempt,
        int revision,
        boolean evenIfOld,
        String reason) {}
