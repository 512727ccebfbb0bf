package io.pledgemq.server.grpc;

import com.google.protobuf.Timestamp;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Encoding;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.SystemProperties;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks a client's message and makes it the engine's. Immutable. */
final class MessageFromWire {
    /** Longest message group, exclusive, as the protocol has it. */
    static final int MAX_MESSAGE_GROUP = 64;

    private static final int MAX_BORN_HOST = 256;
    private static final int MAX_TRACE = 512;
    private static final String KEY_SEPARATOR = " ";

    private final ServiceLimits limits;

    MessageFromWire(ServiceLimits limits) {
        this.limits = limits;
    }

    /** The engine's message, or the protocol's refusal. */
    io.pledgemq.engine.command.Message read(Message message, String topic, Caller caller) {
        SystemProperties system = message.getSystemProperties();
        checkBody(message);
        Map<String, String> properties = userProperties(message);
        putReserved(properties, system, Names.namespace(message.getTopic(), caller), caller);
        return new io.pledgemq.engine.command.Message(
                id(system.getMessageId()),
                topic,
                keys(system, properties),
                tag(system),
                messageGroup(system),
                properties,
                message.getBody().toByteArray(),
                deliverAtMs(system));
    }

    private void checkBody(Message message) {
        int size = message.getBody().size();
        if (size == 0) {
            throw new ProtocolException(Code.MESSAGE_BODY_EMPTY, "the message has no body; send at least one byte");
        }
        if (size > limits.bodyBytes()) {
            throw new ProtocolException(
                    Code.MESSAGE_BODY_TOO_LARGE,
                    "the body has " + size + " bytes, limits.body allows " + limits.bodyBytes()
                            + "; send a reference to large data instead");
        }
    }

    private static MessageId id(String text) {
        if (text.isBlank()) {
            throw new ProtocolException(Code.ILLEGAL_MESSAGE_ID, "the message has no id; the client must give it one");
        }
        try {
            return MessageId.of(text);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(Code.ILLEGAL_MESSAGE_ID, e.getMessage());
        }
    }

    private Map<String, String> userProperties(Message message) {
        Map<String, String> given = message.getUserPropertiesMap();
        long bytes = 0;
        for (Map.Entry<String, String> property : given.entrySet()) {
            bytes += property.getKey().length() + property.getValue().length();
            checkProperty(property.getKey(), property.getValue());
        }
        if (given.size() > limits.properties() || bytes > limits.propertiesBytes()) {
            throw new ProtocolException(
                    Code.MESSAGE_PROPERTIES_TOO_LARGE,
                    "the message has " + given.size() + " properties of " + bytes + " characters, allowed are "
                            + limits.properties() + " of " + limits.propertiesBytes());
        }
        return new LinkedHashMap<>(given);
    }

    private static void checkProperty(String key, String value) {
        if (key.isBlank() || Reserved.is(key) || hasControl(key) || hasControl(value)) {
            throw new ProtocolException(
                    Code.ILLEGAL_MESSAGE_PROPERTY_KEY,
                    "the property " + Names.shown(key) + " is illegal: its name must not be blank nor begin with "
                            + Reserved.PREFIX + ", and neither name nor value may hold control characters");
        }
    }

    private static @Nullable String keys(SystemProperties system, Map<String, String> properties) {
        List<String> keys = system.getKeysList();
        boolean ambiguous = false;
        for (String key : keys) {
            if (key.isBlank() || hasControl(key)) {
                throw new ProtocolException(
                        Code.ILLEGAL_MESSAGE_KEY,
                        "the key " + Names.shown(key)
                                + " is illegal: it must not be blank nor hold control characters");
            }
            ambiguous |= key.contains(KEY_SEPARATOR);
        }
        if (keys.isEmpty()) {
            return null;
        }
        if (ambiguous) {
            properties.put(Reserved.KEYS, String.join("\n", keys));
        }
        return String.join(KEY_SEPARATOR, keys);
    }

    private static @Nullable String tag(SystemProperties system) {
        if (!system.hasTag()) {
            return null;
        }
        String tag = system.getTag();
        if (tag.isBlank() || tag.indexOf('|') >= 0 || hasControl(tag)) {
            throw new ProtocolException(
                    Code.ILLEGAL_MESSAGE_TAG,
                    "the tag " + Names.shown(tag)
                            + " is illegal: it must not be blank nor hold | or control characters");
        }
        return tag;
    }

    private static @Nullable String messageGroup(SystemProperties system) {
        if (!system.hasMessageGroup()) {
            return null;
        }
        String group = system.getMessageGroup();
        if (group.isBlank() || group.length() >= MAX_MESSAGE_GROUP || hasControl(group)) {
            throw new ProtocolException(
                    Code.ILLEGAL_MESSAGE_GROUP,
                    "the message group " + Names.shown(group) + " is illegal: it must have 1 to "
                            + (MAX_MESSAGE_GROUP - 1) + " characters, not blank, none of them a control character");
        }
        return group;
    }

    private long deliverAtMs(SystemProperties system) {
        if (!system.hasDeliveryTimestamp()) {
            return 0;
        }
        Timestamp at = system.getDeliveryTimestamp();
        if (at.getSeconds() < 0 || at.getSeconds() > limits.latestSecond()) {
            throw new ProtocolException(
                    Code.ILLEGAL_DELIVERY_TIME,
                    "the delivery time " + at.getSeconds() + " s since 1970 is not a time that anybody lives to see");
        }
        return Times.readMs(at);
    }

    /** The kind of message that the client says it is must be the kind that its fields make it. */
    static void checkType(SystemProperties system) {
        boolean group = system.hasMessageGroup();
        boolean delayed = system.hasDeliveryTimestamp();
        boolean fits =
                switch (system.getMessageType()) {
                    case NORMAL, TRANSACTION -> !group && !delayed;
                    case FIFO -> group && !delayed;
                    case DELAY -> delayed && !group;
                    default -> false;
                };
        if (!fits) {
            throw new ProtocolException(
                    Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE,
                    "a message of type " + system.getMessageType() + " with"
                            + (group ? " a message group" : " no message group") + " and with"
                            + (delayed ? " a delivery time" : " no delivery time")
                            + " makes no sense: FIFO needs the first, DELAY the second, all others neither");
        }
    }

    private static void putReserved(
            Map<String, String> properties, SystemProperties system, String namespace, Caller caller) {
        long bornMs = Times.readMs(system.getBornTimestamp());
        if (bornMs > 0) {
            properties.put(Reserved.BORN_MS, Long.toString(bornMs));
        }
        properties.put(Reserved.STORED_MS, Long.toString(System.currentTimeMillis()));
        put(properties, Reserved.BORN_HOST, cut(system.getBornHost(), MAX_BORN_HOST));
        put(properties, Reserved.TRACE, cut(system.getTraceContext(), MAX_TRACE));
        put(properties, Reserved.NAMESPACE, namespace);
        put(properties, Reserved.USER, caller.user());
        if (system.getBodyEncoding() == Encoding.GZIP) {
            properties.put(Reserved.GZIP, "1");
        }
    }

    private static void put(Map<String, String> properties, String name, String value) {
        if (!value.isEmpty()) {
            properties.put(name, value);
        }
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }

    private static boolean hasControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a message of this type may be sent to a topic of that type. */
    static boolean fits(MessageType message, io.pledgemq.engine.command.TopicType topic) {
        return switch (topic) {
            case NORMAL -> message == MessageType.NORMAL;
            case FIFO -> message == MessageType.FIFO;
            case DELAY -> message == MessageType.DELAY;
            case TRANSACTION -> message == MessageType.TRANSACTION;
        };
    }
}
