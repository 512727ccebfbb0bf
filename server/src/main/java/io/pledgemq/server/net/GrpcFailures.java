package io.pledgemq.server.net;

import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * The answer to a call that fails before our service has all of it: in our words, without names of classes, and without
 * characters that a header must not have, as the framework's own descriptions may.
 */
final class GrpcFailures implements GrpcExceptionHandlerFunction {
    @Override
    public Status apply(
            com.linecorp.armeria.common.RequestContext context, Status status, Throwable cause, Metadata trailers) {
        return told(status);
    }

    static Status told(Status status) {
        return switch (status.getCode()) {
            case RESOURCE_EXHAUSTED ->
                Status.RESOURCE_EXHAUSTED.withDescription("a message of the call is larger than limits.body allows");
            case INTERNAL, INVALID_ARGUMENT ->
                status.withDescription(
                        "the call cannot be read: its message is no protobuf of this method, or packed in an unknown way");
            case UNKNOWN -> status.withDescription("the call ended before its message had come, or failed here");
            default -> status.withDescription(null);
        };
    }
}
