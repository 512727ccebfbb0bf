package io.pledgemq.server.net;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.grpc.Status;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * gRPC's form of an answer, for calls that no gRPC service answers: a gRPC client cannot read a page of text, and would
 * report that to its user in place of the reason.
 */
final class GrpcForm {
    private static final String TYPE = "application/grpc";

    private GrpcForm() {}

    /** Returns whether a request is a gRPC call. */
    static boolean asked(@Nullable RequestHeaders headers) {
        String type = headers == null ? null : headers.get(HttpHeaderNames.CONTENT_TYPE);
        return type != null && type.toLowerCase(Locale.ROOT).startsWith(TYPE);
    }

    /** Returns whether a gRPC call carries protobuf, the only format that is served. */
    static boolean protobuf(RequestHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "").toLowerCase(Locale.ROOT);
        int end = type.indexOf(';');
        String plain = (end < 0 ? type : type.substring(0, end)).strip();
        return plain.equals(TYPE) || plain.equals(TYPE + "+proto");
    }

    /**
     * An answer that is nothing but its end. The description is of printable ASCII characters without percent signs.
     */
    static AggregatedHttpResponse answer(Status status) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(200)
                .add(HttpHeaderNames.CONTENT_TYPE, TYPE)
                .addInt("grpc-status", status.getCode().value())
                .endOfStream(true);
        String description = status.getDescription();
        if (description != null) {
            headers.add("grpc-message", description);
        }
        return AggregatedHttpResponse.of(headers.build());
    }

    /** Decorates all services: a gRPC call to one that is not a gRPC service gets gRPC's form of an answer. */
    static HttpResponse served(HttpService service, ServiceRequestContext context, HttpRequest request)
            throws Exception {
        boolean foreign = asked(request.headers())
                && context.config().service().as(GrpcService.class) == null
                && context.config().service().as(Starting.class) == null;
        return foreign
                ? answer(Status.UNIMPLEMENTED.withDescription("there is no such gRPC service here"))
                        .toHttpResponse()
                : service.serve(context, request);
    }
}
