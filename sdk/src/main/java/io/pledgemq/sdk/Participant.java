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
import io.pledgemq.sdk.jdbc.MessageIds;
import io.pledgemq.sdk.jdbc.Outbox;
import io.pledgemq.sdk.transport.Body;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PledgeProperties;
import io.pledgemq.sdk.transport.PrepareResult;
import io.pledgemq.sdk.transport.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One service with one database at one engine: what all its transactions share. */
record Participant(
        Database database,
        Barrier barrier,
        BarrierCheck check,
        Inbox inbox,
        Outbox outbox,
        OnEngineDown onEngineDown,
        EngineBreaker breaker,
        Transport transport,
        Origin origin,
        PayloadCodec codec,
        MessageIds messageIds,
        MessageLimits limits,
        Decisions decisions,
        OutcomeWatch outcomes) {

    static Participant of(
            Database database, Transport transport, PledgeMQBuilder builder, Origin origin, Decisions decisions) {
        BarrierCheck check = new BarrierCheck(database);
        return new Participant(
                database,
                new Barrier(database),
                check,
                new Inbox(database),
                new Outbox(database),
                builder.onEngineDown,
                new EngineBreaker(builder.onEngineDown, builder.nanoTime),
                transport,
                origin,
                builder.codec,
                new MessageIds(builder.clock),
                new MessageLimits(transport, builder.clock),
                decisions,
                new OutcomeWatch(check, decisions));
    }

    /** Gives the message its id and its bytes; refuses what no engine would take. */
    OutgoingMessage outgoing(Message message, Map<String, String> ownProperties) {
        Names.topic(message.topic());
        if (message.properties().keySet().stream().anyMatch(name -> name.startsWith(PledgeProperties.PREFIX))) {
            throw new IllegalUseException("property names that begin with '" + PledgeProperties.PREFIX
                    + "' belong to PledgeMQ, actual " + message.properties().keySet() + "; choose others");
        }
        return outgoingTo(message.topic(), message, ownProperties);
    }

    OutgoingMessage outgoingTo(String topic, Message message, Map<String, String> ownProperties) {
        byte[] body = encode(message);
        String id = messageIds.next();
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
        limits.check(outgoing);
        return outgoing;
    }

    /**
     * Makes half messages durable.
     *
     * @return what the engine said of each; throws only where nothing is known
     */
    List<PrepareResult> prepare(List<OutgoingMessage> messages) {
        List<PrepareResult> results;
        try {
            results = transport.prepare(messages);
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

    private byte[] encode(Message message) {
        if (message.payload() instanceof byte[] bytes) {
            return bytes.clone();
        }
        try {
            return codec.encode(message.payload());
        } catch (IOException e) {
            throw new MessageRefusedException(
                    Reason.NOT_ENCODABLE,
                    "the codec cannot write a " + message.payload().getClass().getName() + " for topic "
                            + message.topic() + ": " + e.getMessage(),
                    e);
        }
    }
}
