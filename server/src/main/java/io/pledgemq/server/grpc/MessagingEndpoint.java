package io.pledgemq.server.grpc;

import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pledgemq.rpc.v2.AckMessageRequest;
import io.pledgemq.rpc.v2.AckMessageResponse;
import io.pledgemq.rpc.v2.ChangeInvisibleDurationRequest;
import io.pledgemq.rpc.v2.ChangeInvisibleDurationResponse;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.EndTransactionRequest;
import io.pledgemq.rpc.v2.EndTransactionResponse;
import io.pledgemq.rpc.v2.ForwardMessageToDeadLetterQueueRequest;
import io.pledgemq.rpc.v2.ForwardMessageToDeadLetterQueueResponse;
import io.pledgemq.rpc.v2.HeartbeatRequest;
import io.pledgemq.rpc.v2.HeartbeatResponse;
import io.pledgemq.rpc.v2.MessagingServiceGrpc;
import io.pledgemq.rpc.v2.NotifyClientTerminationRequest;
import io.pledgemq.rpc.v2.NotifyClientTerminationResponse;
import io.pledgemq.rpc.v2.QueryAssignmentRequest;
import io.pledgemq.rpc.v2.QueryAssignmentResponse;
import io.pledgemq.rpc.v2.QueryRouteRequest;
import io.pledgemq.rpc.v2.QueryRouteResponse;
import io.pledgemq.rpc.v2.RecallMessageRequest;
import io.pledgemq.rpc.v2.RecallMessageResponse;
import io.pledgemq.rpc.v2.ReceiveMessageRequest;
import io.pledgemq.rpc.v2.ReceiveMessageResponse;
import io.pledgemq.rpc.v2.SendMessageRequest;
import io.pledgemq.rpc.v2.SendMessageResponse;
import io.pledgemq.rpc.v2.Status;
import io.pledgemq.rpc.v2.SyncLiteSubscriptionRequest;
import io.pledgemq.rpc.v2.SyncLiteSubscriptionResponse;
import io.pledgemq.rpc.v2.TelemetryCommand;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The service as clients call it: passes each call to the class that handles it, and turns each failure into the
 * protocol's status. Business errors travel in a response's status, as clients expect; the pull and offset calls, which
 * no official client makes, answer UNIMPLEMENTED. Never blocks.
 */
final class MessagingEndpoint extends MessagingServiceGrpc.MessagingServiceImplBase {
    private final Clients clients;
    private final Routing routes;
    private final Telemetry telemetry;
    private final Sending sending;
    private final Transactions transactions;
    private final Receiving receiving;
    private final Settling settling;

    MessagingEndpoint(Endpoints endpoints) {
        this.clients = endpoints.clients();
        this.routes = new Routing(endpoints.catalog(), endpoints.authorizer(), clients, endpoints.limits());
        this.telemetry = new Telemetry(endpoints);
        this.sending = new Sending(endpoints);
        this.transactions = new Transactions(endpoints);
        this.receiving = new Receiving(endpoints);
        this.settling = new Settling(endpoints);
    }

    private static Caller caller() {
        return Caller.KEY.get();
    }

    private static <T> void answer(
            StreamObserver<T> out, Function<Caller, CompletableFuture<T>> work, Function<Status, T> refusal) {
        // An exception of the work becomes the failure of its answer.
        CompletableFuture<T> answer =
                CompletableFuture.completedFuture(caller()).thenCompose(work);
        var unused = answer.whenComplete((response, failed) -> {
            finish(out, failed == null ? response : refusal.apply(CallFailures.status(failed)));
        });
    }

    private static <T> void answerNow(StreamObserver<T> out, Function<Caller, T> work, Function<Status, T> refusal) {
        answer(out, caller -> CompletableFuture.completedFuture(work.apply(caller)), refusal);
    }

    private static <T> void finish(StreamObserver<T> out, T response) {
        out.onNext(response);
        out.onCompleted();
    }

    private static @Nullable Duration remaining() {
        Deadline deadline = Deadlines.KEY.get();
        return deadline == null ? null : Duration.ofMillis(deadline.timeRemaining(TimeUnit.MILLISECONDS));
    }

    @Override
    public void queryRoute(QueryRouteRequest request, StreamObserver<QueryRouteResponse> out) {
        answerNow(out, caller -> routes.route(caller, request), status -> QueryRouteResponse.newBuilder()
                .setStatus(status)
                .build());
    }

    @Override
    public void queryAssignment(QueryAssignmentRequest request, StreamObserver<QueryAssignmentResponse> out) {
        answerNow(out, caller -> routes.assignment(caller, request), status -> QueryAssignmentResponse.newBuilder()
                .setStatus(status)
                .build());
    }

    /** Also a heartbeat without an id is answered OK: Go sends such while it rebuilds its stream. */
    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> out) {
        answerNow(
                out,
                caller -> {
                    clients.known(caller);
                    return HeartbeatResponse.newBuilder().setStatus(Statuses.OK).build();
                },
                status -> HeartbeatResponse.newBuilder().setStatus(status).build());
    }

    @Override
    public void notifyClientTermination(
            NotifyClientTerminationRequest request, StreamObserver<NotifyClientTerminationResponse> out) {
        answerNow(
                out,
                caller -> {
                    clients.terminate(caller);
                    return NotifyClientTerminationResponse.newBuilder()
                            .setStatus(Statuses.OK)
                            .build();
                },
                status -> NotifyClientTerminationResponse.newBuilder()
                        .setStatus(status)
                        .build());
    }

    @Override
    public StreamObserver<TelemetryCommand> telemetry(StreamObserver<TelemetryCommand> out) {
        try {
            return telemetry.open(caller(), out);
        } catch (ProtocolException e) {
            out.onError(Telemetry.error(e));
            return Telemetry.DEAF;
        }
    }

    @Override
    public void sendMessage(SendMessageRequest request, StreamObserver<SendMessageResponse> out) {
        answer(out, caller -> sending.send(caller, request), status -> SendMessageResponse.newBuilder()
                .setStatus(status)
                .build());
    }

    @Override
    public void recallMessage(RecallMessageRequest request, StreamObserver<RecallMessageResponse> out) {
        answer(out, caller -> sending.recall(caller, request), status -> RecallMessageResponse.newBuilder()
                .setStatus(status)
                .build());
    }

    @Override
    public void endTransaction(EndTransactionRequest request, StreamObserver<EndTransactionResponse> out) {
        answer(out, caller -> transactions.end(caller, request), status -> EndTransactionResponse.newBuilder()
                .setStatus(status)
                .build());
    }

    @Override
    public void receiveMessage(ReceiveMessageRequest request, StreamObserver<ReceiveMessageResponse> out) {
        receiving.receive(caller(), request, remaining(), (ServerCallStreamObserver<ReceiveMessageResponse>) out);
    }

    @Override
    public void ackMessage(AckMessageRequest request, StreamObserver<AckMessageResponse> out) {
        answer(out, caller -> settling.ack(caller, request), status -> AckMessageResponse.newBuilder()
                .setStatus(status)
                .build());
    }

    @Override
    public void changeInvisibleDuration(
            ChangeInvisibleDurationRequest request, StreamObserver<ChangeInvisibleDurationResponse> out) {
        answer(out, caller -> settling.change(caller, request), status -> ChangeInvisibleDurationResponse.newBuilder()
                .setStatus(status)
                .setReceiptHandle(request.getReceiptHandle())
                .build());
    }

    @Override
    public void forwardMessageToDeadLetterQueue(
            ForwardMessageToDeadLetterQueueRequest request,
            StreamObserver<ForwardMessageToDeadLetterQueueResponse> out) {
        answer(
                out,
                caller -> settling.giveUp(caller, request),
                status -> ForwardMessageToDeadLetterQueueResponse.newBuilder()
                        .setStatus(status)
                        .build());
    }

    @Override
    public void syncLiteSubscription(
            SyncLiteSubscriptionRequest request, StreamObserver<SyncLiteSubscriptionResponse> out) {
        answerNow(
                out,
                caller -> {
                    throw new ProtocolException(
                            Code.UNSUPPORTED, "lite topics are not served; use ordinary topics and consumers");
                },
                status -> SyncLiteSubscriptionResponse.newBuilder()
                        .setStatus(status)
                        .build());
    }
}
