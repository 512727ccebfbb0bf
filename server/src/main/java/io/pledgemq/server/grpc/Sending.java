package io.pledgemq.server.grpc;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.RecallMessageRequest;
import io.pledgemq.rpc.v2.RecallMessageResponse;
import io.pledgemq.rpc.v2.SendMessageRequest;
import io.pledgemq.rpc.v2.SendMessageResponse;
import io.pledgemq.rpc.v2.SendResultEntry;
import io.pledgemq.rpc.v2.Status;
import io.pledgemq.rpc.v2.SystemProperties;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.catalog.TopicEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Accepts messages and half messages, and recalls delayed ones. */
final class Sending {
    private static final Duration LONGEST_RECOVERY = Duration.ofHours(1);

    private final Engine engine;
    private final Catalog catalog;
    private final Clients clients;
    private final Authorizer authorizer;
    private final Handles handles;
    private final ServiceLimits limits;
    private final Draining draining;
    private final MessageFromWire fromWire;

    Sending(Endpoints endpoints) {
        this.engine = endpoints.engine();
        this.catalog = endpoints.catalog();
        this.clients = endpoints.clients();
        this.authorizer = endpoints.authorizer();
        this.handles = endpoints.handles();
        this.limits = endpoints.limits();
        this.draining = endpoints.draining();
        this.fromWire = new MessageFromWire(limits);
    }

    /** Stores all messages of a request; each has its own result, as in the protocol. */
    CompletableFuture<SendMessageResponse> send(Caller caller, SendMessageRequest request) {
        int count = request.getMessagesCount();
        if (count == 0) {
            throw new ProtocolException(Code.BAD_REQUEST, "no message to send; a send has 1 or more");
        }
        if (count > limits.message().messagesPerSend()) {
            throw new ProtocolException(
                    Code.BAD_REQUEST,
                    "a send has 1 to " + limits.message().messagesPerSend() + " messages, this one " + count);
        }
        List<CompletableFuture<SendResultEntry>> entries = new ArrayList<>(count);
        List<Valid> valid = new ArrayList<>(count);
        for (io.pledgemq.rpc.v2.Message message : request.getMessagesList()) {
            valid.add(validate(message, caller));
        }
        for (Valid one : valid) {
            entries.add(store(one, caller));
        }
        if (count == 1) {
            return entries.get(0).thenApply(entry -> response(List.of(entry)));
        }
        return CompletableFuture.allOf(entries.toArray(CompletableFuture[]::new))
                .thenApply(all ->
                        response(entries.stream().map(CompletableFuture::join).toList()));
    }

    /** A checked message: a request is stored only if all its messages pass. */
    private record Valid(Message message, MessageType type, SystemProperties system) {}

    private Valid validate(io.pledgemq.rpc.v2.Message wire, Caller caller) {
        String name = Names.topic(wire.getTopic(), caller);
        authorizer.publish(caller, name);
        TopicEntry topic = catalog.topic(name);
        if (topic == null) {
            throw Statuses.noTopic(name);
        }
        if (name.startsWith(Names.DEAD_LETTERS)) {
            throw new ProtocolException(
                    Code.FORBIDDEN, "topic '" + name + "' holds dead letters and takes no messages from senders");
        }
        SystemProperties system = wire.getSystemProperties();
        MessageFromWire.checkType(system);
        if (!MessageFromWire.fits(system.getMessageType(), topic.type())) {
            throw new ProtocolException(
                    Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE,
                    "TopicMessageType validate failed, the expected type is " + topic.type() + ", but actual type is "
                            + system.getMessageType() + ": topic '" + name
                            + "' takes no such message; use another topic");
        }
        if (system.getMessageType() == MessageType.TRANSACTION) {
            // Its sender could not send its decision any more.
            draining.requireOpen();
        }
        return new Valid(fromWire.read(wire, name, caller), system.getMessageType(), system);
    }

    private CompletableFuture<SendResultEntry> store(Valid valid, Caller caller) {
        Message message = valid.message;
        if (valid.type != MessageType.TRANSACTION) {
            return engine.send(message)
                    .thenApply(outcome -> entry(message, outcome, "", recallHandle(message, outcome)));
        }
        Sender sender = TransactionServices.register(clients.session(caller), message);
        return engine.prepare(message, sender, firstCheck(valid.system)).thenApply(outcome -> {
            String transactionId = outcome instanceof Outcome.Stored stored
                    ? handles.transaction(stored.position(), message.topic(), caller.user())
                    : "";
            return entry(message, outcome, transactionId, "");
        });
    }

    private String recallHandle(Message message, Outcome outcome) {
        boolean delayed = outcome instanceof Outcome.Stored && message.deliverAtMs() > 0;
        return delayed ? handles.recall(message.id(), message.topic()) : "";
    }

    private Duration firstCheck(SystemProperties system) {
        if (!system.hasOrphanedTransactionRecoveryDuration()) {
            return limits.client().firstCheck();
        }
        Duration asked = Times.read(system.getOrphanedTransactionRecoveryDuration());
        if (asked.isNegative() || asked.compareTo(LONGEST_RECOVERY) > 0) {
            throw new ProtocolException(
                    Code.BAD_REQUEST,
                    (asked.isNegative()
                                    ? "the transaction recovery time of message is negative"
                                    : "the max transaction recovery time of message is too large, max is "
                                            + LONGEST_RECOVERY.toSeconds() + " s")
                            + ", it is " + asked.toMillis() + " ms; 0 is the server's own");
        }
        return asked.isZero() ? limits.client().firstCheck() : asked;
    }

    private static SendResultEntry entry(Message message, Outcome outcome, String transactionId, String recallHandle) {
        SendResultEntry.Builder entry = SendResultEntry.newBuilder()
                .setStatus(Statuses.of(outcome))
                .setMessageId(message.id().text())
                .setTransactionId(transactionId)
                .setRecallHandle(recallHandle);
        if (outcome instanceof Outcome.Stored stored) {
            entry.setOffset(stored.position());
        }
        return entry.build();
    }

    private static SendMessageResponse response(List<SendResultEntry> entries) {
        Status first = entries.get(0).getStatus();
        boolean alike = entries.stream().allMatch(entry -> entry.getStatus().getCode() == first.getCode());
        Status status = alike ? first : Statuses.of(Code.MULTIPLE_RESULTS, "the entries differ, see each");
        return SendMessageResponse.newBuilder()
                .setStatus(status)
                .addAllEntries(entries)
                .build();
    }

    CompletableFuture<RecallMessageResponse> recall(Caller caller, RecallMessageRequest request) {
        String topic = Names.topic(request.getTopic(), caller);
        authorizer.publish(caller, topic);
        var id = handles.recall(request.getRecallHandle(), topic);
        return engine.recall(id, Party.sender(caller.clientId()))
                .thenApply(outcome -> RecallMessageResponse.newBuilder()
                        .setStatus(Statuses.of(outcome))
                        .setMessageId(id.text())
                        .build());
    }
}
