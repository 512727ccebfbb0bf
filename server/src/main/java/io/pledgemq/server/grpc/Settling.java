package io.pledgemq.server.grpc;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.Failure;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.rpc.v2.AckMessageEntry;
import io.pledgemq.rpc.v2.AckMessageRequest;
import io.pledgemq.rpc.v2.AckMessageResponse;
import io.pledgemq.rpc.v2.AckMessageResultEntry;
import io.pledgemq.rpc.v2.ChangeInvisibleDurationRequest;
import io.pledgemq.rpc.v2.ChangeInvisibleDurationResponse;
import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.ForwardMessageToDeadLetterQueueRequest;
import io.pledgemq.rpc.v2.ForwardMessageToDeadLetterQueueResponse;
import io.pledgemq.rpc.v2.Status;
import io.pledgemq.server.catalog.Catalog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Settles deliveries: acknowledges, extends, retries or gives up. */
final class Settling {
    private static final int MAX_ACKS = 1_024;
    /** Time until a settlement is logged. */
    private static final Duration MOMENT = Duration.ofSeconds(10);

    private final Engine engine;
    private final Catalog catalog;
    private final Clients clients;
    private final Authorizer authorizer;
    private final Handles handles;
    private final ServiceLimits limits;

    Settling(Endpoints endpoints) {
        this.engine = endpoints.engine();
        this.catalog = endpoints.catalog();
        this.clients = endpoints.clients();
        this.authorizer = endpoints.authorizer();
        this.handles = endpoints.handles();
        this.limits = endpoints.limits();
    }

    CompletableFuture<AckMessageResponse> ack(Caller caller, AckMessageRequest request) {
        String group = Names.group(request.getGroup(), caller);
        String topic = Names.topic(request.getTopic(), caller);
        authorizer.consume(caller, group, topic);
        int count = request.getEntriesCount();
        if (count == 0 || count > MAX_ACKS) {
            throw new ProtocolException(
                    Code.BAD_REQUEST, "an acknowledgement has 1 to " + MAX_ACKS + " entries, this one " + count);
        }
        List<CompletableFuture<AckMessageResultEntry>> entries = request.getEntriesList().stream()
                .map(entry -> ack(caller, group, topic, entry))
                .toList();
        return CompletableFuture.allOf(entries.toArray(CompletableFuture[]::new))
                .thenApply(all ->
                        response(entries.stream().map(CompletableFuture::join).toList()));
    }

    private CompletableFuture<AckMessageResultEntry> ack(
            Caller caller, String group, String topic, AckMessageEntry entry) {
        CompletableFuture<Status> status;
        try {
            Receipt receipt = handles.receipt(entry.getReceiptHandle(), group, topic, caller);
            settled(caller, receipt);
            status = ifStillHeld(receipt, () -> engine.ack(receipt, caller.clientId(), ""));
        } catch (ProtocolException e) {
            status = CompletableFuture.completedFuture(e.status());
        }
        return status.thenApply(said -> AckMessageResultEntry.newBuilder()
                .setMessageId(entry.getMessageId())
                .setReceiptHandle(entry.getReceiptHandle())
                .setStatus(said)
                .build());
    }

    /**
     * Settles a delivery. A lease that ran out and was not given to anybody else may be settled yet; with RocketMQ it
     * may not: a client that gets a moment more still has its lease.
     */
    private CompletableFuture<Status> ifStillHeld(Receipt receipt, Supplier<CompletableFuture<Outcome>> settle) {
        if (!limits.likeRocketMq()) {
            return settle.get().thenApply(Statuses::of);
        }
        return engine.extendLease(receipt, MOMENT)
                .thenCompose(held ->
                        held instanceof Outcome.Refused ? CompletableFuture.completedFuture(held) : settle.get())
                .thenApply(Statuses::of);
    }

    private static AckMessageResponse response(List<AckMessageResultEntry> entries) {
        Status first = entries.get(0).getStatus();
        boolean alike = entries.stream().allMatch(entry -> entry.getStatus().getCode() == first.getCode());
        return AckMessageResponse.newBuilder()
                .setStatus(alike ? first : Statuses.of(Code.MULTIPLE_RESULTS, "the entries differ, see each"))
                .addAllEntries(entries)
                .build();
    }

    private void settled(Caller caller, Receipt receipt) {
        ClientSession session = clients.known(caller);
        if (session != null) {
            session.leases().settled(receipt);
        }
    }

    /**
     * A simple consumer says when its message may be seen again; a push consumer says that its handler failed, and then
     * the pause is at least the group's, whatever the client makes of the policy.
     */
    CompletableFuture<ChangeInvisibleDurationResponse> change(Caller caller, ChangeInvisibleDurationRequest request) {
        String handle = request.getReceiptHandle();
        CompletableFuture<Status> status;
        try {
            status = change(caller, request, handle);
        } catch (ProtocolException e) {
            status = CompletableFuture.completedFuture(e.status());
        }
        // Java and Go take the handle over before they look at the status.
        return status.thenApply(said -> ChangeInvisibleDurationResponse.newBuilder()
                .setStatus(said)
                .setReceiptHandle(handle)
                .build());
    }

    private CompletableFuture<Status> change(Caller caller, ChangeInvisibleDurationRequest request, String handle) {
        String group = Names.group(request.getGroup(), caller);
        String topic = Names.topic(request.getTopic(), caller);
        authorizer.consume(caller, group, topic);
        Receipt receipt = handles.receipt(handle, group, topic, caller);
        Duration asked = Times.read(request.getInvisibleDuration());
        if (asked.isNegative() || asked.compareTo(limits.lease().longest()) > 0) {
            throw InvisibleTime.illegal(asked, Duration.ZERO, limits.lease().longest());
        }
        ClientSession session = clients.known(caller);
        if (session != null && session.type() == ClientType.PUSH_CONSUMER) {
            session.leases().settled(receipt);
            return failed(caller, group, receipt, asked, request.getSuspend());
        }
        if (request.getSuspend() || asked.isZero()) {
            String reason = "client " + caller.clientId() + " gave it back";
            Failure failure = new Failure(reason, !request.getSuspend(), false, asked.toMillis());
            return ifStillHeld(receipt, () -> engine.fail(receipt, caller.clientId(), failure));
        }
        return engine.extendLease(receipt, asked).thenApply(Statuses::of);
    }

    private CompletableFuture<Status> failed(
            Caller caller, String groupName, Receipt receipt, Duration asked, boolean suspend) {
        GroupConfig group = catalog.group(groupName);
        String reason = "the handler of client " + caller.clientId() + " failed";
        long pause = longerThanThePolicy(group, asked.toMillis()) ? asked.toMillis() : -1;
        Failure failure = new Failure(reason, !suspend, false, pause);
        return ifStillHeld(receipt, () -> engine.fail(receipt, caller.clientId(), failure));
    }

    private static boolean longerThanThePolicy(@Nullable GroupConfig group, long askedMs) {
        // The client knows the attempt, the group's longest pause bounds them all.
        return group != null && askedMs > group.retry().baseDelayMs(group.maxAttempts());
    }

    /** Clients repeat this until the answer is OK, so a delivery that is settled already gets OK. */
    CompletableFuture<ForwardMessageToDeadLetterQueueResponse> giveUp(
            Caller caller, ForwardMessageToDeadLetterQueueRequest request) {
        String group = Names.group(request.getGroup(), caller);
        String topic = Names.topic(request.getTopic(), caller);
        authorizer.consume(caller, group, topic);
        Receipt receipt = handles.receipt(request.getReceiptHandle(), group, topic, caller);
        settled(caller, receipt);
        String reason = "client " + caller.clientId() + " gave up after attempt " + request.getDeliveryAttempt()
                + " of " + request.getMaxDeliveryAttempts();
        return engine.fail(receipt, caller.clientId(), Failure.terminal(reason))
                .thenApply(outcome -> ForwardMessageToDeadLetterQueueResponse.newBuilder()
                        .setStatus(isOver(outcome) ? Statuses.OK : Statuses.of(outcome))
                        .build());
    }

    private static boolean isOver(Outcome outcome) {
        return outcome instanceof Outcome.Refused refused && refused.why() == Refusal.LEASE_EXPIRED;
    }
}
