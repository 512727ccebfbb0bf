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
        require("a topic", topic, "name one");
        require("a key", key, "use \"\" for a message without a key");
        require("a payload", payload, "for a message without content send new byte[0]");
        require("properties", properties, "use Map.of() for none");
        properties.forEach((name, value) -> {
            require("a name of a property", name, "name it");
            require("a value of property '" + name + "'", value, "leave the property out");
        });
        properties = Map.copyOf(properties);
    }

    private static void require(String what, @Nullable Object actual, String next) {
        if (actual == null) {
            throw new IllegalUseException("expected " + what + ", actual null; " + next);
        }
    }

    public static Message of(String topic, String key, Object payload) {
        return new Message(topic, key, payload, null, null, Map.of());
    }

    public Message inGroup(String messageGroup) {
        require("a message group", messageGroup, "a message without inGroup has none");
        return new Message(topic, key, payload, messageGroup, deliverAt, properties);
    }

    public Message notBefore(Instant deliverAt) {
        require("a time", deliverAt, "a message without notBefore is delivered at once");
        return new Message(topic, key, payload, messageGroup, deliverAt, properties);
    }

    public Message with(String property, String value) {
        require("a name of a property", property, "name it");
        if (property.startsWith(PledgeProperties.PREFIX)) {
            throw new IllegalUseException("property '" + property + "' begins with '" + PledgeProperties.PREFIX
                    + "', which belongs to PledgeMQ; choose another name");
        }
        Map<String, String> more = new HashMap<>(properties);
        more.put(property, value);
        return new Message(topic, key, payload, messageGroup, deliverAt, more);
    }
}
