package io.pledgemq.engine.command;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as its sender gave it.
 *
 * <p>Immutable except for the body, which is not copied: the caller must not change it afterwards.
 *
 * @param id unique for ever; the same id sent twice is stored once
 * @param topic an existing topic
 * @param key business key for finding it again, or null; several keys are joined by {@link #KEY_SEPARATOR}
 * @param tag for filters, or null
 * @param messageGroup messages of one group are delivered in order on FIFO topics, or null
 * @param properties in the caller's order
 * @param body payload bytes
 * @param deliverAtMs wall-clock milliseconds before which it is not delivered; 0 = at once
 */
@SuppressWarnings("ArrayRecordComponent") // copied nowhere on purpose: bodies are up to 4 MiB
public record Message(
        MessageId id,
        String topic,
        @Nullable String key,
        @Nullable String tag,
        @Nullable String messageGroup,
        Map<String, String> properties,
        byte[] body,
        long deliverAtMs) {

    public Message {
        properties = properties.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /** Separates the keys of a message that has several, as RocketMQ clients send them. */
    public static final char KEY_SEPARATOR = ' ';

    /**
     * Returns whether a search for this key finds the message: it is one of its keys, or all of them as they were sent.
     */
    public boolean hasKey(String wanted) {
        return hasKey(key, wanted);
    }

    /** Returns whether a search for {@code wanted} finds a message with these keys. */
    public static boolean hasKey(@Nullable String keys, String wanted) {
        if (keys == null) {
            return false;
        }
        if (keys.equals(wanted)) {
            return true;
        }
        for (int from = 0; !wanted.isEmpty() && from <= keys.length(); ) {
            int end = keys.indexOf(KEY_SEPARATOR, from);
            end = end < 0 ? keys.length() : end;
            if (end - from == wanted.length() && keys.startsWith(wanted, from)) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    /** A message with a body and nothing else. */
    public static Message of(String id, String topic, byte[] body) {
        return new Message(MessageId.of(id), topic, null, null, null, Map.of(), body, 0);
    }

    public Message withKey(@Nullable String newKey) {
        return new Message(id, topic, newKey, tag, messageGroup, properties, body, deliverAtMs);
    }

    public Message withTag(@Nullable String newTag) {
        return new Message(id, topic, key, newTag, messageGroup, properties, body, deliverAtMs);
    }

    public Message withMessageGroup(@Nullable String newGroup) {
        return new Message(id, topic, key, tag, newGroup, properties, body, deliverAtMs);
    }

    public Message withProperties(Map<String, String> newProperties) {
        return new Message(id, topic, key, tag, messageGroup, newProperties, body, deliverAtMs);
    }

    public Message withBody(byte[] newBody) {
        return new Message(id, topic, key, tag, messageGroup, properties, newBody, deliverAtMs);
    }

    public Message withDeliverAtMs(long newDeliverAtMs) {
        return new Message(id, topic, key, tag, messageGroup, properties, body, newDeliverAtMs);
    }
}
