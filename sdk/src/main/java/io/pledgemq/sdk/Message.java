package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.transport.PledgeProperties;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user wants to send. Immutable, apart from its payload.
 *
 * @param topic 1 to 100 characters of {@code [%a-zA-Z0-9_-]}
 * @param key business key, for people who look for the message; may be empty
 * @param payload {@code byte[]} goes as it is, anything else through the codec
 * @param messageGroup messages of one group are delivered in the order of their commits; null for no order
 * @param deliverAt not delivered before; null for at once
 */
public record Message(
        String topic,
        String key,
        Object payload,
        @Nullable String messageGroup,
        @Nullable Instant deliverAt,
        Map<String, String> properties) {
    public Message {
        properties = Map.copyOf(properties);
    }

    public static Message of(String topic, String key, Object payload) {
        return new Message(topic, key, payload, null, null, Map.of());
    }

    public Message inGroup(String messageGroup) {
        return new Message(topic, key, payload, messageGroup, deliverAt, properties);
    }

    public Message notBefore(Instant deliverAt) {
        return new Message(topic, key, payload, messageGroup, deliverAt, properties);
    }

    public Message with(String property, String value) {
        if (property.startsWith(PledgeProperties.PREFIX)) {
            throw new IllegalUseException("property '" + property + "' begins with '" + PledgeProperties.PREFIX
                    + "', which belongs to PledgeMQ; choose another name");
        }
        Map<String, String> more = new HashMap<>(properties);
        more.put(property, value);
        return new Message(topic, key, payload, messageGroup, deliverAt, more);
    }
}
