package io.pledgemq.sdk;

import io.pledgemq.sdk.codec.PayloadCodec;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.jdbc.MessageIds;
import io.pledgemq.sdk.jdbc.Stamp;
import io.pledgemq.sdk.transport.Body;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PledgeProperties;
import java.util.HashMap;
import java.util.Map;

/**
 * Converts users' messages to the transport's: adds ids, bytes and PledgeMQ's own properties, and checks limits.
 * Thread-safe.
 */
final class OutgoingMessages {
    private final Origin origin;
    private final PayloadCodec codec;
    private final MessageIds messageIds;
    private final MessageLimits limits;

    OutgoingMessages(Origin origin, PayloadCodec codec, MessageIds messageIds, MessageLimits limits) {
        this.origin = origin;
        this.codec = codec;
        this.messageIds = messageIds;
        this.limits = limits;
    }

    /** Gives the message its id and its bytes; refuses what no engine would take. */
    OutgoingMessage outgoing(Message message, Map<String, String> ownProperties) {
        requireUsersProperties(message);
        return outgoingTo(message.topic(), message, ownProperties);
    }

    private static void requireUsersProperties(Message message) {
        Names.topic(message.topic());
        if (message.properties().keySet().stream().anyMatch(name -> name.startsWith(PledgeProperties.PREFIX))) {
            throw new IllegalUseException("property names that begin with '" + PledgeProperties.PREFIX
                    + "' belong to PledgeMQ, actual " + message.properties().keySet() + "; choose others");
        }
    }

    OutgoingMessage outgoingTo(String topic, Message message, Map<String, String> ownProperties) {
        return outgoing(messageIds.next(), topic, message, ownProperties);
    }

    /** Another content under the same id. */
    OutgoingMessage edited(OutgoingMessage before, Message message) {
        requireUsersProperties(message);
        Map<String, String> own = new HashMap<>(before.properties());
        own.keySet().removeAll(usersProperties(before).keySet());
        own.remove(PledgeProperties.DUE_MS);
        return outgoing(before.messageId(), message.topic(), message, own);
    }

    /** Those that are not PledgeMQ's. */
    static Map<String, String> usersProperties(OutgoingMessage message) {
        Map<String, String> users = new HashMap<>(message.properties());
        users.keySet().removeIf(name -> name.startsWith(PledgeProperties.PREFIX));
        return users;
    }

    private OutgoingMessage outgoing(String id, String topic, Message message, Map<String, String> ownProperties) {
        byte[] body = Payloads.encode(codec, message);
        Map<String, String> properties = new HashMap<>(message.properties());
        properties.putAll(ownProperties);
        properties.computeIfPresent(PledgeProperties.UNDO_REASON, (name, reason) -> MessageLimits.cut(reason));
        properties.put(PledgeProperties.MESSAGE_ID, id);
        properties.put(PledgeProperties.DATABASE_ID, origin.databaseId());
        OutgoingMessage outgoing = new OutgoingMessage(
                id,
                origin,
                topic,
                message.key(),
                Body.of(body),
                message.messageGroup(),
                message.deliverAt(),
                properties);
        OutgoingMessage widest =
                outgoing.with(PledgeProperties.STAMP, Stamp.WIDEST).inOrder();
        if (message.deliverAt() == null) {
            limits.check(widest);
            return outgoing;
        }
        limits.check(widest.with(PledgeProperties.DUE_MS, PledgeProperties.WIDEST_DUE_MS));
        return outgoing.with(
                PledgeProperties.DUE_MS, Long.toString(message.deliverAt().toEpochMilli()));
    }
}
