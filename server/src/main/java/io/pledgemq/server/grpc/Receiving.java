package io.pledgemq.server.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.Failure;
import io.pledgemq.engine.ReceiveRequest;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.MessageFilter;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.ReceiveMessageRequest;
import io.pledgemq.rpc.v2.ReceiveMessageResponse;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.Status;
import io.pledgemq.server.access.ReceiptScope;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.catalog.TopicEntry;
import io.pledgemq.server.net.CallOrigin;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers messages to consumers that wait for them. */
final class Receiving {
    private static final Logger LOG = LoggerFactory.getLogger(Receiving.class);
    /** An answer must be on its way before the call's deadline. */
    private static final Duration ANSWER_BEFORE_DEADLINE = Duration.ofMillis(100);
    /** Most that the official clients add to their long polling time. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(3);

    private final Engine engine;
    private final Catalog catalog;
    private final Clients clients;
    private final Authorizer authorizer;
    private final Handles handles;
    private final ServiceLimits limits;
    private final MessageToWire toWire;
    private final AnswerExecutor answers;
    private final Draining draining;
    private final BodyBudget bodies;
    /** Waiting receives of each group. */
    private final Map<String, Integer> waitingByGroup = new ConcurrentHashMap<>();

    private final ReceiverFilters filters;

    Receiving(Endpoints endpoints) {
        this.engine = endpoints.engine();
        this.catalog = endpoints.catalog();
        this.clients = endpoints.clients();
        this.authorizer = endpoints.authorizer();
        this.handles = endpoints.handles();
        this.limits = endpoints.limits();
        this.toWire = endpoints.toWire();
        this.answers = endpoints.answers();
        this.draining = endpoints.draining();
        this.bodies = endpoints.bodies();
        this.filters = endpoints.filters();
    }

    /** A checked poll. */
    private record Poll(
            ReceiveRequest request,
            Caller caller,
            Resource topic,
            int queues,
            int queue,
            @Nullable ClientSession pushClient,
            String attemptId,
            @Nullable MessageFilter filter) {}

    /**
     * Answers one poll: a status first, then the messages, then the time of the answer.
     *
     * @param remaining until the call's deadline, or null if it has none
     */
    void receive(
            Caller caller,
            ReceiveMessageRequest request,
            @Nullable Duration remaining,
            ServerCallStreamObserver<ReceiveMessageResponse> out) {
        // gRPC takes this handler now or never, and the wait may begin only after the group was made.
        CompletableFuture<Void> hungUp = new CompletableFuture<>();
        out.setOnCancelHandler(() -> hungUp.complete(null));
        CompletionStage<?> written = CallOrigin.current().written();
        // What the check throws becomes the failure of the answer.
        var unused = CompletableFuture.completedFuture(request)
                .thenApply(asked -> check(caller, asked, remaining))
                .thenCompose(poll -> poll(poll, hungUp).thenAccept(outcome -> answer(poll, outcome, out, written)))
                .whenComplete((done, failed) -> {
                    if (failed != null && out.isCancelled()) {
                        LOG.debug("client {} hung up", caller.clientId());
                    } else if (failed != null) {
                        answer(out, CallFailures.status(failed), List.of());
                    }
                });
    }

    private CompletableFuture<Outcome> poll(Poll poll, CompletableFuture<Void> hungUp) {
        return catalog.ensureSubscribed(poll.request.group(), poll.request.topic())
                .thenCompose(ready -> ready instanceof Outcome.Refused
                        ? CompletableFuture.completedFuture(ready)
                        : begin(poll, hungUp));
    }

    private void answer(
            Poll poll,
            Outcome outcome,
            ServerCallStreamObserver<ReceiveMessageResponse> out,
            CompletionStage<?> written) {
        if (outcome instanceof Outcome.Received messages) {
            give(poll, messages.deliveries(), out, written);
        } else {
            answer(out, Statuses.of(outcome), List.of());
        }
    }

    private CompletableFuture<Outcome> begin(Poll poll, CompletableFuture<Void> hungUp) {
        String group = poll.request.group();
        if (waitingByGroup.merge(group, 1, Integer::sum) > limits.poll().waitingPerGroup()) {
            leaves(group);
            throw new ProtocolException(
                    Code.TOO_MANY_REQUESTS,
                    "polling full: delivery.waiting-per-group=" + limits.poll().waitingPerGroup()
                            + " receivers of group '" + group + "' wait already; poll with fewer at a time");
        }
        if (poll.pushClient != null && !poll.attemptId.isEmpty()) {
            poll.pushClient.leases().begins(poll.attemptId);
        }
        CompletableFuture<Outcome> waiting = engine.receive(poll.request, poll.filter);
        var unusedLeft = waiting.whenComplete((outcome, failed) -> leaves(group));
        draining.polls(waiting);
        if (poll.pushClient != null && poll.pushClient.loop() == ReceiveLoop.THREADED) {
            poll.pushClient.turns().begins(poll.request.topic(), poll.queue, waiting);
        }
        // A client that hung up gets no lease.
        var unused = hungUp.thenRun(() -> waiting.cancel(false));
        return waiting;
    }

    private void leaves(String group) {
        waitingByGroup.computeIfPresent(group, (name, waiting) -> waiting == 1 ? null : waiting - 1);
    }

    private Poll check(Caller caller, ReceiveMessageRequest request, @Nullable Duration remaining) {
        draining.requireOpen();
        String group = Names.group(request.getGroup(), caller);
        Resource asked = request.getMessageQueue().getTopic();
        String name = Names.topic(asked, caller);
        authorizer.consume(caller, group, name);
        TopicEntry topic = catalog.topic(name);
        if (topic == null) {
            throw Statuses.noTopic(name);
        }
        if (request.getBatchSize() < 1) {
            throw new ProtocolException(
                    Code.BAD_REQUEST, "a poll wants 1 or more messages, this one " + request.getBatchSize());
        }
        // A simple consumer walks over the queues, so a poll looks at the topic, whatever queue it names.
        ClientSession push = request.getAutoRenew() ? clients.session(caller) : null;
        ReceiveRequest wanted = new ReceiveRequest(
                group,
                name,
                caller.clientId(),
                batch(request, group),
                wait(request, remaining),
                push == null
                        ? lease(request.getInvisibleDuration())
                        : push.leases().duration());
        if (limits.likeRocketMq()) {
            wanted = wanted.withWholeGroups();
        }
        return new Poll(
                // A simple consumer says itself when a message may be seen again.
                push == null ? wanted.withPromptRetry() : wanted,
                caller,
                asked,
                topic.queues(),
                request.getMessageQueue().getId(),
                push,
                request.getAttemptId(),
                filters.of(request.getFilterExpression()));
    }

    /**
     * An ordered push consumer works on the messages of one answer one after another, whatever their message groups: a
     * second one would wait for the first although the server would not make it. RocketMQ does so.
     */
    private int batch(ReceiveMessageRequest request, String groupName) {
        GroupConfig group = catalog.group(groupName);
        boolean oneByOne = request.getAutoRenew() && group != null && group.fifo() && !limits.likeRocketMq();
        return oneByOne ? 1 : Math.min(request.getBatchSize(), limits.poll().batch());
    }

    private Duration lease(com.google.protobuf.Duration invisible) {
        Duration lease = Times.read(invisible);
        Duration longest = min(limits.lease().longest(), ReceiveRequest.MAX_LEASE);
        if (lease.compareTo(limits.lease().shortest()) < 0 || lease.compareTo(longest) > 0) {
            throw InvisibleTime.illegal(lease, limits.lease().shortest(), longest);
        }
        return lease;
    }

    /** Returns the wait that the client asks for, within the limits, and shorter than its deadline. */
    private Duration wait(ReceiveMessageRequest request, @Nullable Duration remaining) {
        Duration longest = remaining == null ? limits.poll().longest() : remaining.minus(ANSWER_BEFORE_DEADLINE);
        if (longest.isNegative()) {
            throw new ProtocolException(
                    Code.ILLEGAL_POLLING_TIME,
                    "The deadline time remaining is not enough for polling: it is in "
                            + (remaining == null ? 0 : remaining.toMillis())
                            + " ms, too soon for an answer; give the call more time");
        }
        Duration wait;
        if (request.hasLongPollingTimeout()) {
            wait = Times.read(request.getLongPollingTimeout());
        } else {
            // Go's simple consumer says nothing: its deadline is the time it waits and its request timeout.
            wait = remaining == null ? limits.poll().usual() : remaining.minus(REQUEST_TIMEOUT.dividedBy(2));
        }
        wait = max(wait, limits.poll().shortest());
        // The client's deadline counts more than the configuration.
        return max(min(min(wait, limits.poll().longest()), longest), Duration.ZERO);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private void give(
            Poll poll,
            List<Delivery> taken,
            ServerCallStreamObserver<ReceiveMessageResponse> out,
            CompletionStage<?> written) {
        if (out.isCancelled()) {
            taken.forEach(delivery -> giveBack(poll, delivery, "hung up before it was delivered"));
            return;
        }
        if (taken.isEmpty()) {
            answer(out, Statuses.of(Code.MESSAGE_NOT_FOUND, "no new message"), List.of());
            return;
        }
        List<Delivery> deliveries = taken.subList(0, haveRoom(poll, taken, written));
        taken.subList(deliveries.size(), taken.size())
                .forEach(delivery -> giveBack(poll, delivery, "had not read what it got before"));
        if (deliveries.isEmpty()) {
            answer(out, Statuses.of(Code.TOO_MANY_REQUESTS, tooMuchUnread()), List.of());
            return;
        }
        ClientSession push = poll.pushClient;
        if (push != null) {
            deliveries.forEach(delivery -> push.leases().given(delivery.receipt()));
            if (!poll.attemptId.isEmpty()) {
                push.leases()
                        .answered(
                                poll.attemptId,
                                deliveries.stream().map(Delivery::receipt).toList());
            }
        }
        long bodyBytes = deliveries.stream()
                .mapToLong(delivery -> delivery.message().body().length)
                .sum();
        answers.make(
                bodyBytes,
                () -> answer(
                        out,
                        Statuses.OK,
                        deliveries.stream()
                                .map(delivery -> message(poll, delivery))
                                .toList()));
    }

    /**
     * Takes room for as many of the deliveries as there is some for, from the first one on, until they were written.
     */
    private int haveRoom(Poll poll, List<Delivery> deliveries, CompletionStage<?> written) {
        InetSocketAddress connection = poll.caller.from();
        int count = 0;
        long sum = 0;
        while (count < deliveries.size()) {
            long bytes = deliveries.get(count).message().body().length;
            if (!bodies.take(connection, bytes)) {
                break;
            }
            sum += bytes;
            count++;
        }
        long taken = sum;
        var unused = written.thenRun(() -> bodies.free(connection, taken));
        return count;
    }

    private String tooMuchUnread() {
        return "limits.unread-bodies=" + limits.bodies().unread() + " bytes for each connection and"
                + " limits.unread-bodies-of-all=" + limits.bodies().unreadOfAll()
                + " bytes are on their way and not read"
                + " yet; read the answers, or poll for fewer messages at a time";
    }

    private ReceiveMessageResponse message(Poll poll, Delivery delivery) {
        String handle = handles.receipt(
                delivery.receipt(), new ReceiptScope(poll.request.group(), poll.request.topic(), poll.caller.user()));
        return ReceiveMessageResponse.newBuilder()
                .setMessage(toWire.delivered(delivery, poll.topic, handle, poll.queues))
                .build();
    }

    private void giveBack(Poll poll, Delivery delivery, String why) {
        var unused = engine.fail(
                delivery.receipt(),
                poll.request.client(),
                new Failure("client " + poll.request.client() + " " + why, false, false, 0));
    }

    private static void answer(
            ServerCallStreamObserver<ReceiveMessageResponse> out,
            Status status,
            List<ReceiveMessageResponse> messages) {
        try {
            out.onNext(ReceiveMessageResponse.newBuilder().setStatus(status).build());
            messages.forEach(out::onNext);
            out.onNext(ReceiveMessageResponse.newBuilder()
                    .setDeliveryTimestamp(Times.write(System.currentTimeMillis()))
                    .build());
            out.onCompleted();
        } catch (IllegalStateException | io.grpc.StatusRuntimeException e) {
            // The client hung up just now: its leases end with its session, or run out.
            LOG.debug("a poll ended before its answer", e);
        }
    }
}
