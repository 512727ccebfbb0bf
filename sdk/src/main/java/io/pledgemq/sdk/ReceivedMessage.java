package io.pledgemq.sdk;

import java.util.Map;

/**
 * A message as its handler sees it.
 *
 * @param messageId of the message as it was sent; for an undo, of the message to undo
 * @param topic as it was sent to; for an undo, of the message to undo
 * @param attempt counts from 1
 * @param revision 0 as sent; raised by every redrive and edit
 * @param reason of an undo: why the message was given up; otherwise empty
 */
public record ReceivedMessage<T>(
        String messageId,
        String topic,
        String key,
        T payload,
        int attempt,
        int revision,
        String reason,
        Map<String, String> properties) {}
