package io.pledgemq.sdk;

import io.pledgemq.sdk.codec.PayloadCodec;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.jdbc.Barrier;
import io.pledgemq.sdk.jdbc.BarrierCheck;
import io.pledgemq.sdk.jdbc.Database;
import io.pledgemq.sdk.jdbc.Inbox;
import io.pledgemq.sdk.jdbc.Incarnation;
import io.pledgemq.sdk.jdbc.MessageIds;
import io.pledgemq.sdk.jdbc.Outbox;
import io.pledgemq.sdk.jdbc.Stamp;
import io.pledgemq.sdk.transport.Body;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PledgeProperties;
import io.pledgemq.sdk.transport.PrepareResult;
import io.pledgemq.sdk.transport.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** One service with one database at one engine: what all its transactions share. */
record Participant(
        Database database,
        Barrier barrier,
        BarrierCheck check,
        Inbox inbox,
        Outbox outbox,
        Incarnation incarnation,
        Supplier<Optional<String>> clocks,
        OnEngineDown onEngineDown,
        EngineBreaker breaker,
        Transport transport,
        Origin origin,
        PayloadCodec codec,
        MessageIds messageIds,
        MessageLimits limits,
        Decisions decisions,
        OutcomeWatch outcomes) {

    /** @param clocks explains why a message that is sent now counts as old */
    static Participant of(
            Sender sender,
            Transport transport,
            PledgeMQBuilder builder,
            Decisions decisions,
            Supplier<Optional<String>> clocks) {
        Database database = sender.database();
        BarrierCheck check = new BarrierCheck(database, sender.barrier(), sender.incarnation());
        Outbox outbox = new Outbox(database, transport.engineId());
        return new Participant(
                database,
                sender.barrier(),
                check,
                new Inbox(database),
                outbox,
                sender.incarnation(),
                clocks,
                builder.onEngineDown,
                new EngineBreaker(builder.onEngineDown, builder.nanoTime),
                transport,
                sender.origin(),
                builder.codec,
                new MessageIds(builder.clock),
                new MessageLimits(transport, builder.clock),
                decisions,
                new OutcomeWatch(check, outbox, decisions));
    }

    /** Who sends: this database, its barrier, this process in it. */
    record Sender(Database database, Barrier barrier, Incarnation incarnation, Origin origin) {}

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

    /**
     * Makes half messages durable.
     *
     * @return what the engine said of each; throws only where nothing is known
     */
    List<PrepareResult> prepare(List<OutgoingMessage> messages) {
        List<PrepareResult> results;
        try {
            results = transport.prepare(stamped(messages));
        } catch (EngineUnavailableException e) {
            breaker.notReached(String.valueOf(e.getMessage()));
            throw e;
        }
        breaker.reached();
        if (results.size() != messages.size()) {
            throw new EngineUnavailableException(
                    "expected " + messages.size() + " results of prepare, actual " + results.size());
        }
        return results;
    }

    /** As late as possible: the younger the stamp, the less a database that lags behind can answer for. */
    private List<OutgoingMessage> stamped(List<OutgoingMessage> messages) {
        String stamp = incarnation.stamp().text();
        return messages.stream()
                .map(message -> message.with(PledgeProperties.STAMP, stamp))
                .toList();
    }

    /** Throws if one of the messages was refused. */
    static void requireAllPrepared(List<OutgoingMessage> messages, List<PrepareResult> results) {
        List<String> refusals = new ArrayList<>();
        Reason reason = null;
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof PrepareResult.Refused refused) {
                refusals.add("topic " + messages.get(i).topic() + ", message "
                        + messages.get(i).messageId() + ": " + refused.detail());
                reason = reason == null ? refused.reason() : reason;
            }
        }
        if (reason != null) {
            throw new MessageRefusedException(reason, "the engine refused, so nothing is committed: " + refusals);
        } else if (!refusals.isEmpty()) {
            throw new EngineUnavailableException("the engine cannot take it now, so nothing is committed: " + refusals);
        }
    }
}
