package io.pledgemq.server.net;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Answers gRPC clients in gRPC's form where no gRPC service answers: an unknown path, a request that is too large, a
 * server that stops in the middle of a call. Other clients get the HTTP server's answer.
 */
final class GrpcErrors implements ServerErrorHandler {
    private static final int TOO_MANY_HEADERS = 431;

    /** Leaves the default's answer to {@link #renderStatus}. */
    @Override
    public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
        return null;
    }

    @Override
    public @Nullable AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext context,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        return GrpcForm.asked(headers) ? GrpcForm.answer(status(status.code())) : null;
    }

    /** Maps HTTP's codes as gRPC does, where there is no better code. */
    static Status status(int http) {
        return switch (http) {
            case 401 -> Status.UNAUTHENTICATED;
            case 403 -> Status.PERMISSION_DENIED;
            case 404, 405, 415 -> Status.UNIMPLEMENTED.withDescription("there is no such gRPC method here");
            case 408 -> Status.DEADLINE_EXCEEDED.withDescription("the request did not come whole in time");
            case 413 -> Status.RESOURCE_EXHAUSTED.withDescription("the request is larger than limits.body allows");
            case TOO_MANY_HEADERS ->
                Status.RESOURCE_EXHAUSTED.withDescription("the headers are larger than limits.header-list allows");
            case 429, 502, 503, 504 ->
                Status.UNAVAILABLE.withDescription(
                        "the server is going down or busy; try again in a moment, or elsewhere");
            case 400, 500 -> Status.INTERNAL.withDescription("the request could not be handled");
            default -> Status.UNKNOWN.withDescription("HTTP status " + http);
        };
    }
}
