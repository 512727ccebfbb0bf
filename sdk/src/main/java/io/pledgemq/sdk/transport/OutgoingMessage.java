package io.pledgemq.sdk.transport;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the engine.
 *
 * @param messageId ours: a time-ordered UUID in lower case, the key of barrier and inbox
 * @param origin who answers checks about it
 * @param key business key; empty if there is none
 * @param messageGroup messages of one group are delivered in order; null for none
 * @param deliverAt not delivered before; null for at once
 * @param properties the user's own, and PledgeMQ's under {@link PledgeProperties} names
 */
public record OutgoingMessage(
        String messageId,
        Origin origin,
        String topic,
        String key,
        Body body,
        @Nullable String messageGroup,
        @Nullable Instant deliverAt,
        Map<String, String> properties) {
    public OutgoingMessage {
        properties = Map.copyOf(properties);
    }

    /** Returns the same message with one property more, or another value of it. */
    public OutgoingMessage with(String property, String value) {
        Map<String, String> all = new HashMap<>(properties);
        all.put(property, value);
        return new OutgoingMessage(messageId, origin, topic, key, body, messageGroup, deliverAt, all);
    }

    /**
     * Whether it was prepared while the local transaction holds its locks: then it is delivered after those ordered
     * ones of its message group that were prepared before it, in whatever order they are decided.
     */
    public boolean ordered() {
        return properties.containsKey(PledgeProperties.ORDERED);
    }

    /** The same, {@link #ordered}. */
    public OutgoingMessage inOrder() {
        return with(PledgeProperties.ORDERED, "true");
    }
}
