package io.pledgemq.server.grpc;

import com.google.protobuf.Timestamp;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Encoding;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.SystemProperties;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Validates a client's message and converts it to an engine's message. A refusal begins with RocketMQ's words for it,
 * since users search their logs for these. Immutable.
 */
final class MessageFromWire {
    /** A message group must have fewer bytes than this, by the protocol. */
    static final int MAX_MESSAGE_GROUP = 64;

    private static final int MAX_BORN_HOST = 256;
    private static final int MAX_TRACE = 512;
    private static final String KEY_SEPARATOR = " ";

    private final ServiceLimits limits;

    MessageFromWire(ServiceLimits limits) {
        this.limits = limits;
    }

    /** Returns the engine's message, or throws the protocol's refusal. */
    io.pledgemq.engine.command.Message read(Message message, String topic, Caller caller) {
        SystemProperties system = message.getSystemProperties();
        checkBody(message);
        Map<String, String> properties = userProperties(message.getUserPropertiesMap());
        String key = keys(system, properties);
        String tag = tag(system);
        String group = messageGroup(system);
        checkSize(message);
        putReserved(properties, system, Names.namespace(message.getTopic(), caller), caller);
        return new io.pledgemq.engine.command.Message(
                id(system.getMessageId()),
                topic,
                key,
                tag,
                group,
                properties,
                message.getBody().toByteArray(),
                deliverAtMs(system));
    }

    private void checkBody(Message message) {
        int size = message.getBody().size();
        if (size == 0) {
            throw new ProtocolException(
                    Code.MESSAGE_BODY_EMPTY, "message body cannot be empty; send at least one byte");
        }
        if (size > limits.message().bodyBytes()) {
            throw new ProtocolException(
                    Code.MESSAGE_BODY_TOO_LARGE,
                    "message body cannot exceed the max " + limits.message().bodyBytes()
                            + " bytes (limits.body), it has " + size + "; send a reference to large data instead");
        }
    }

    private static MessageId id(String text) {
        if (text.isBlank()) {
            throw new ProtocolException(
                    Code.ILLEGAL_MESSAGE_ID, "message id cannot be empty; the client must give it one");
        }
        try {
            return MessageId.of(text);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(Code.ILLEGAL_MESSAGE_ID, e.getMessage());
        }
    }

    private Map<String, String> userProperties(Map<String, String> given) {
        if (given.size() > limits.message().properties()) {
            throw new ProtocolException(
                    Code.MESSAGE_PROPERTIES_TOO_LARGE,
                    "too many user properties, max is " + limits.message().properties()
                            + " (limits.properties), it has " + given.size() + "; put them together, or into the body");
        }
        Map<String, String> properties = new LinkedHashMap<>();
        given.forEach((name, value) -> {
            checkProperty(name, value);
            properties.put(ReservedProperties.keptName(name), value);
        });
        return properties;
    }

    private void checkProperty(String name, String value) {
        if (SystemNames.has(name)) {
            throw illegal(name, "property is used by system: " + name);
        }
        if (hasControl(name)) {
            throw illegal(name, "the key of property cannot contain control character");
        }
        if (hasControl(value)) {
            throw illegal(name, "the value of property cannot contain control character");
        }
        if (!limits.likeRocketMq() && (name.isBlank() || name.startsWith(ReservedProperties.PREFIX))) {
            throw illegal(name, "the name of a property must not be blank nor begin with " + ReservedProperties.PREFIX);
        }
    }

    private static ProtocolException illegal(String property, String why) {
        return new ProtocolException(
                Code.ILLEGAL_MESSAGE_PROPERTY_KEY,
                why + ", property " + Names.shown(property) + "; give it another name or value");
    }

    /** RocketMQ counts the same, but for the message group. */
    private void checkSize(Message message) {
        SystemProperties system = message.getSystemProperties();
        long bytes = utf8(system.getTag()) + (limits.likeRocketMq() ? 0 : utf8(system.getMessageGroup()));
        for (String key : system.getKeysList()) {
            bytes += utf8(key);
        }
        for (Map.Entry<String, String> property : message.getUserPropertiesMap().entrySet()) {
            bytes += utf8(property.getKey()) + utf8(property.getValue());
        }
        if (bytes > limits.message().propertiesBytes()) {
            throw new ProtocolException(
                    Code.MESSAGE_PROPERTIES_TOO_LARGE,
                    "the total size of user property is too large, max is "
                            + limits.message().propertiesBytes()
                            + " bytes (limits.properties-size" + limits.orRocketMqs()
                            + "): names and values of properties,"
                            + " keys, tag and message group have " + bytes + "; put large data into the body");
        }
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static @Nullable String keys(SystemProperties system, Map<String, String> properties) {
        List<String> keys = system.getKeysList();
        boolean ambiguous = false;
        for (String key : keys) {
            if (key.isBlank()) {
                throw illegalKey("key cannot be the char sequence of whitespace", key);
            }
            if (hasControl(key)) {
                throw illegalKey("key cannot contain control character", key);
            }
            ambiguous |= key.contains(KEY_SEPARATOR);
        }
        if (keys.isEmpty()) {
            return null;
        }
        if (ambiguous) {
            properties.put(ReservedProperties.KEYS, String.join("\n", keys));
        }
        return String.join(KEY_SEPARATOR, keys);
    }

    private static ProtocolException illegalKey(String why, String key) {
        return new ProtocolException(
                Code.ILLEGAL_MESSAGE_KEY,
                why + ", the key " + Names.shown(key) + " is illegal; leave it out or mend it");
    }

    private @Nullable String tag(SystemProperties system) {
        if (!system.hasTag()) {
            return null;
        }
        String tag = system.getTag();
        if (tag.isBlank()) {
            throw illegalTag("tag cannot be the char sequence of whitespace", tag);
        }
        if (tag.indexOf('|') >= 0) {
            throw illegalTag("tag cannot contain '|'", tag);
        }
        if (hasControl(tag)) {
            throw illegalTag("tag cannot contain control character", tag);
        }
        if (utf8(tag) > limits.message().tagBytes()) {
            throw illegalTag("tag cannot exceed the max " + limits.message().tagBytes() + " bytes (limits.tag)", tag);
        }
        return tag;
    }

    private static ProtocolException illegalTag(String why, String tag) {
        return new ProtocolException(
                Code.ILLEGAL_MESSAGE_TAG,
                why + ", the tag " + Names.shown(tag) + " is illegal; leave it out or mend it");
    }

    private static @Nullable String messageGroup(SystemProperties system) {
        if (!system.hasMessageGroup()) {
            return null;
        }
        String group = system.getMessageGroup();
        if (group.isBlank()) {
            throw illegalGroup("message group cannot be the char sequence of whitespace", group);
        }
        if (utf8(group) >= MAX_MESSAGE_GROUP) {
            throw illegalGroup("message group exceed the max size " + MAX_MESSAGE_GROUP + " bytes, exclusive", group);
        }
        if (hasControl(group)) {
            throw illegalGroup("message group cannot contain control character", group);
        }
        return group;
    }

    private static ProtocolException illegalGroup(String why, String group) {
        return new ProtocolException(
                Code.ILLEGAL_MESSAGE_GROUP,
                why + ", the message group " + Names.shown(group) + " is illegal; use a shorter or another one");
    }

    private long deliverAtMs(SystemProperties system) {
        if (!system.hasDeliveryTimestamp()) {
            return 0;
        }
        Timestamp at = system.getDeliveryTimestamp();
        if (at.getSeconds() < 0 || at.getSeconds() > limits.message().latestSecond()) {
            throw new ProtocolException(
                    Code.ILLEGAL_DELIVERY_TIME,
                    "the delivery time " + at.getSeconds() + " s since 1970 is beyond the year 9999");
        }
        long atMs = Times.readMs(at);
        long inMs = atMs - System.currentTimeMillis();
        if (inMs > limits.message().delay().toMillis()) {
            throw new ProtocolException(
                    Code.ILLEGAL_DELIVERY_TIME,
                    "the max delay time of message is too large, max is "
                            + limits.message().delay().toMillis() + " ms (limits.delay" + limits.orRocketMqs()
                            + "), it is to be delivered in " + inMs + " ms; send it later, or deliver it earlier");
        }
        return atMs;
    }

    /** The message type that the client declares must match the fields that it sets. */
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
            properties.put(ReservedProperties.BORN_MS, Long.toString(bornMs));
        }
        properties.put(ReservedProperties.STORED_MS, Long.toString(System.currentTimeMillis()));
        put(properties, ReservedProperties.BORN_HOST, cut(system.getBornHost(), MAX_BORN_HOST));
        put(properties, ReservedProperties.TRACE, cut(system.getTraceContext(), MAX_TRACE));
        put(properties, ReservedProperties.NAMESPACE, namespace);
        put(properties, ReservedProperties.USER, caller.user());
        if (system.getBodyEncoding() == Encoding.GZIP) {
            properties.put(ReservedProperties.GZIP, "1");
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

    /** Returns whether a message of this type may be sent to a topic of that type. */
    static boolean fits(MessageType message, io.pledgemq.engine.command.TopicType topic) {
        return switch (topic) {
            case NORMAL -> message == MessageType.NORMAL;
            case FIFO -> message == MessageType.FIFO;
            case DELAY -> message == MessageType.DELAY;
            case TRANSACTION -> message == MessageType.TRANSACTION;
        };
    }
}
