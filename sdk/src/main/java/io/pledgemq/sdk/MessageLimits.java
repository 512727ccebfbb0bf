package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.transport.Limits;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PledgeProperties;
import io.pledgemq.sdk.transport.TopicKind;
import io.pledgemq.sdk.transport.Transport;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Refuses, when it is sent, what the engine would never take. The answer is the same whether the engine is there or
 * away; without that, a message which is kept for later would be committed and stuck for ever. What only the engine can
 * know, such as a topic that does not exist, it says itself.
 *
 * <p>Some room of the engine's limits is kept free for properties of PledgeMQ, so that a message which could be sent
 * can be undone too.
 */
final class MessageLimits {
    /** Properties that users cannot have, for ours. */
    static final int OWN_PROPERTIES = 16;
    /** Bytes of properties that users cannot have, for ours. */
    static final int OWN_BYTES = 4 << 10;
    /** A reason of an undo is cut here, to fit {@link #OWN_BYTES}. */
    static final int MAX_REASON = 1_000;

    private final Transport transport;
    private final Clock clock;

    MessageLimits(Transport transport, Clock clock) {
        this.transport = transport;
        this.clock = clock;
    }

    void check(OutgoingMessage message) {
        Limits limits = transport.limits();
        body(message, limits);
        text(message, "key", message.key());
        group(message);
        properties(message, limits);
        delay(message, limits);
        topic(message);
    }

    /** The reason of an undo, short enough for the room that is kept free for it, and never half a character. */
    static String cut(String reason) {
        if (reason.length() <= MAX_REASON) {
            return reason;
        }
        int end = Character.isHighSurrogate(reason.charAt(MAX_REASON - 1)) ? MAX_REASON - 1 : MAX_REASON;
        return reason.substring(0, end);
    }

    private static void body(OutgoingMessage message, Limits limits) {
        int size = message.body().sizeBytes();
        if (size > limits.bodyBytes()) {
            throw refusal(
                    Reason.BODY_TOO_LARGE,
                    message,
                    "expected a body of at most " + limits.bodyBytes() + " bytes, actual " + size + " bytes",
                    "store the content elsewhere and send a reference");
        }
    }

    /** NUL is no text for PostgreSQL, and half a surrogate pair would arrive as another character. */
    private static void text(OutgoingMessage message, String what, String text) {
        // An encoder knows one thread only.
        CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
        if (text.indexOf('\0') >= 0 || !utf8.canEncode(text)) {
            throw refusal(
                    Reason.ILLEGAL_TEXT,
                    message,
                    "expected a " + what + " of whole characters without NUL, actual one with "
                            + (text.indexOf('\0') >= 0 ? "NUL" : "half of a surrogate pair"),
                    "cut texts between characters, and encode binary values, in Base64 say");
        }
    }

    private static void group(OutgoingMessage message) {
        String group = message.messageGroup();
        if (group == null) {
            return;
        }
        text(message, "message group", group);
        if (group.isBlank()) {
            throw refusal(
                    Reason.ILLEGAL_TEXT,
                    message,
                    "expected a message group that is not blank, actual '" + group + "'",
                    "leave inGroup out for a message without order");
        } else if (message.deliverAt() != null) {
            throw refusal(
                    Reason.WRONG_TOPIC_TYPE,
                    message,
                    "expected a message group or a delivery time, actual both",
                    "no type of topic takes both; send without one of them");
        }
    }

    private static void properties(OutgoingMessage message, Limits limits) {
        boolean undo = message.properties().containsKey(PledgeProperties.UNDO_OF);
        long bytes = bytes(message.key()) + bytes(message.messageGroup());
        int count = 0;
        for (Map.Entry<String, String> property : message.properties().entrySet()) {
            text(message, "property name", property.getKey());
            text(message, "property value", property.getValue());
            if (undo || !property.getKey().startsWith(PledgeProperties.PREFIX)) {
                bytes += bytes(property.getKey()) + bytes(property.getValue());
                count++;
            }
        }
        int most = limits.properties() - (undo ? 0 : OWN_PROPERTIES);
        int mostBytes = limits.propertiesBytes() - (undo ? 0 : OWN_BYTES);
        if (count > most || bytes > mostBytes) {
            throw refusal(
                    Reason.PROPERTIES_TOO_LARGE,
                    message,
                    "expected at most " + most + " properties, and at most " + mostBytes
                            + " bytes of key, message group, property names and values together, actual " + count
                            + " properties and " + bytes + " bytes",
                    "move what is large into the payload");
        }
    }

    private static long bytes(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }

    private void delay(OutgoingMessage message, Limits limits) {
        Instant deliverAt = message.deliverAt();
        if (deliverAt == null) {
            return;
        }
        Instant latest = clock.instant().plus(limits.longestDelay());
        if (deliverAt.isAfter(latest) || !deliverAt.isAfter(Instant.EPOCH)) {
            Duration longest = limits.longestDelay();
            throw refusal(
                    Reason.DELAY_TOO_LONG,
                    message,
                    "expected a delivery time after 1970 and at most " + longest.toDays() + " days from now, actual "
                            + deliverAt,
                    "store it, and send it later");
        }
    }

    private void topic(OutgoingMessage message) {
        Optional<TopicKind> kind = transport.topicKind(message.topic());
        if (kind.isPresent() && objection(kind.get(), message) != null) {
            kind = transport.topicKindNow(message.topic());
        }
        String objection = kind.isEmpty() ? null : objection(kind.get(), message);
        if (objection != null) {
            throw refusal(
                    Reason.WRONG_TOPIC_TYPE,
                    message,
                    "the topic is of type " + kind.get() + " and takes " + objection,
                    "change the message, or use a topic of another type");
        }
    }

    private static @Nullable String objection(TopicKind kind, OutgoingMessage message) {
        if (kind == TopicKind.NORMAL) {
            return "no message of a transaction";
        } else if (kind == TopicKind.FIFO && message.messageGroup() == null) {
            return "no message without a message group";
        } else if (kind != TopicKind.FIFO && message.messageGroup() != null) {
            return "no message with a message group";
        } else if (kind != TopicKind.DELAY && message.deliverAt() != null) {
            return "no message with a delivery time";
        }
        return null;
    }

    private static MessageRefusedException refusal(
            Reason reason, OutgoingMessage message, String what, String whatToDo) {
        String key =
                message.key().length() <= 100 ? message.key() : message.key().substring(0, 100) + "...";
        return new MessageRefusedException(
                reason, what + "; topic " + message.topic() + ", key '" + key + "'; " + whatToDo);
    }
}
