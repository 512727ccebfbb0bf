package io.pledgemq.server.net;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Tells a gRPC client that its request is too large in gRPC's words, although no service has seen the request. */
final class GrpcErrors implements ServerErrorHandler {
    private static final String GRPC = "application/grpc";

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
        String type = headers == null ? null : headers.get(HttpHeaderNames.CONTENT_TYPE);
        if (!status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE) || type == null || !type.startsWith(GRPC)) {
            return null;
        }
        return AggregatedHttpResponse.of(ResponseHeaders.builder(HttpStatus.OK)
                .add(HttpHeaderNames.CONTENT_TYPE, GRPC)
                .addInt("grpc-status", Status.Code.RESOURCE_EXHAUSTED.value())
                .add("grpc-message", "the request is larger than limits.body allows")
                .build());
    }
}
