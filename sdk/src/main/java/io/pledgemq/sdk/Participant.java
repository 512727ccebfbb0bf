package io.pledgemq.sdk;

import io.pledgemq.sdk.codec.PayloadCodec;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.jdbc.Barrier;
import io.pledgemq.sdk.jdbc.BarrierCheck;
import io.pledgemq.sdk.jdbc.Database;
import io.pledgemq.sdk.jdbc.Inbox;
import io.pledgemq.sdk.jdbc.Incarnation;
import io.pledgemq.sdk.jdbc.MessageIds;
import io.pledgemq.sdk.jdbc.Outbox;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PledgeProperties;
import io.pledgemq.sdk.transport.PrepareResult;
import io.pledgemq.sdk.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One service with one database at one engine: what all its transactions share.
 *
 * @param clocks explains why a message that is sent now counts as old
 */
record Participant(
        Tables tables,
        Transport transport,
        Origin origin,
        PayloadCodec codec,
        OutgoingMessages messages,
        OnEngineDown onEngineDown,
        EngineBreaker breaker,
        Decisions decisions,
        OutcomeWatch outcomes,
        Supplier<Optional<String>> clocks) {

    /** PledgeMQ's tables in the service's database, and this process in them. */
    record Tables(
            Database database,
            Barrier barrier,
            BarrierCheck check,
            Inbox inbox,
            Outbox outbox,
            Incarnation incarnation) {}

    static Participant of(
            Sender sender,
            Transport transport,
            PledgeMQBuilder builder,
            Decisions decisions,
            Supplier<Optional<String>> clocks) {
        Database database = sender.database();
        BarrierCheck check = new BarrierCheck(database, sender.barrier(), sender.incarnation());
        Outbox outbox = new Outbox(database, transport.engineId());
        Tables tables =
                new Tables(database, sender.barrier(), check, new Inbox(database), outbox, sender.incarnation());
        OutgoingMessages messages = new OutgoingMessages(
                sender.origin(),
                builder.codec,
                new MessageIds(builder.clock),
                new MessageLimits(transport, builder.clock));
        return new Participant(
                tables,
                transport,
                sender.origin(),
                builder.codec,
                messages,
                builder.onEngineDown,
                new EngineBreaker(builder.onEngineDown, builder.nanoTime),
                decisions,
                new OutcomeWatch(check, outbox, decisions),
                clocks);
    }

    /** Who sends: this database, its barrier, this process in it. */
    record Sender(Database database, Barrier barrier, Incarnation incarnation, Origin origin) {}

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
        String stamp = tables.incarnation().stamp().text();
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
