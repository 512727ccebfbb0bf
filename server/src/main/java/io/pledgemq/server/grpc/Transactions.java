package io.pledgemq.server.grpc;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.CheckRequest;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.EndTransactionRequest;
import io.pledgemq.rpc.v2.EndTransactionResponse;
import io.pledgemq.rpc.v2.TransactionSource;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Handles decisions: a sender's own, and those that answer a check. */
final class Transactions {
    private static final int LONGEST_ID = 128;

    private final Engine engine;
    private final Clients clients;
    private final Authorizer authorizer;
    private final Handles handles;

    Transactions(Endpoints endpoints) {
        this.engine = endpoints.engine();
        this.clients = endpoints.clients();
        this.authorizer = endpoints.authorizer();
        this.handles = endpoints.handles();
    }

    CompletableFuture<EndTransactionResponse> end(Caller caller, EndTransactionRequest request) {
        String topic = Names.topic(request.getTopic(), caller);
        authorizer.publish(caller, topic);
        String transactionId = request.getTransactionId();
        if (transactionId.isEmpty()) {
            throw new ProtocolException(
                    Code.INVALID_TRANSACTION_ID, "transaction id cannot be empty; use the one that the send gave");
        }
        if (transactionId.length() > LONGEST_ID) {
            throw new ProtocolException(
                    Code.INVALID_TRANSACTION_ID,
                    "the transaction id has " + transactionId.length() + " characters; use the one that the send gave");
        }
        long position = handles.transaction(transactionId, topic, caller);
        MessageId id = id(request.getMessageId());
        ClientSession session = clients.known(caller);
        CheckRequest question = session == null ? null : session.answered(transactionId);
        CompletableFuture<Outcome> outcome =
                switch (request.getResolution()) {
                    case COMMIT -> engine.decide(position, id, Decision.COMMIT, by(caller, request, question != null));
                    case ROLLBACK ->
                        engine.decide(position, id, Decision.ROLLBACK, by(caller, request, question != null));
                    // Some clients send this when their checker does not know: ask again later.
                    case TRANSACTION_RESOLUTION_UNSPECIFIED -> unknown(caller, question);
                    case UNRECOGNIZED ->
                        throw new ProtocolException(
                                Code.BAD_REQUEST,
                                "resolution " + request.getResolutionValue()
                                        + " is neither commit (1) nor rollback (2)");
                };
        return outcome.thenApply(done ->
                EndTransactionResponse.newBuilder().setStatus(Statuses.of(done)).build());
    }

    private static MessageId id(String text) {
        try {
            return MessageId.of(text);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(Code.ILLEGAL_MESSAGE_ID, e.getMessage());
        }
    }

    private static Party by(Caller caller, EndTransactionRequest request, boolean asked) {
        // Some clients never set the source, so an open question identifies an answer as well.
        boolean check = request.getSource() == TransactionSource.SOURCE_SERVER_CHECK
                || (asked && request.getSource() == TransactionSource.SOURCE_UNSPECIFIED);
        return check ? Party.check(caller.clientId()) : Party.sender(caller.clientId());
    }

    private CompletableFuture<Outcome> unknown(Caller caller, @Nullable CheckRequest question) {
        if (question == null) {
            return CompletableFuture.completedFuture(Outcome.DONE);
        }
        // A late answer changes nothing, and the client cannot act on a refusal.
        return engine.answerUnknown(
                        question.slot(), question.transactionId(), caller.clientId(), "the checker does not know")
                .thenApply(noted -> Outcome.DONE);
    }
}
