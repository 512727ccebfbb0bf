package io.pledgemq.server.net;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.List;

/**
 * Mounts gRPC services. Each message is bounded, also after decompression; a stream may carry any number of messages
 * for any time, and a call ends at its own deadline.
 *
 * @param strangers whether callers may be turned away: calls are begun then before their message has come, which takes
 *     a little longer, so that nobody unknown has a message kept for him
 */
public record GrpcRoutes(List<ServerServiceDefinition> services, int messageBytes, boolean strangers)
        implements Routes {

    public GrpcRoutes {
        services = List.copyOf(services);
    }

    /**
     * Loads what {@link #addTo} needs, on a thread of its own: it takes some tenths of a second, which pass beside the
     * rest of a start.
     */
    public static void prepare() {
        Thread thread = new Thread(GrpcService::builder, "pledgemq-classes");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void addTo(ServerBuilder listener) {
        var grpc = GrpcService.builder()
                .maxRequestMessageLength(messageBytes)
                .exceptionHandler(new GrpcFailures())
                // JSON beside protobuf would be one more attack surface, and takes half of the time of a start.
                .supportedSerializationFormats(GrpcSerializationFormats.PROTO);
        services.forEach(
                service -> grpc.addService(ServerInterceptors.intercept(service, new CallOrigin.Interceptor())));
        listener.service(grpc.build(), service -> new Bounds(service, strangers));
    }

    private static final class Bounds extends SimpleDecoratingHttpService {
        private final boolean strangers;

        Bounds(HttpService inner, boolean strangers) {
            super(inner);
            this.strangers = strangers;
        }

        @Override
        public ExchangeType exchangeType(RoutingContext call) {
            return strangers ? ExchangeType.BIDI_STREAMING : super.exchangeType(call);
        }

        @Override
        public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
            boolean grpc = GrpcForm.asked(request.headers());
            if (grpc && (request.method() != HttpMethod.POST || !GrpcForm.protobuf(request.headers()))) {
                return GrpcForm.answer(
                                Status.UNIMPLEMENTED.withDescription("calls are served by POST and with protobuf only"))
                        .toHttpResponse();
            }
            // The messages are bounded, not their sum: telemetry streams stay open for days.
            context.setMaxRequestLength(0);
            return unwrap().serve(context, request);
        }
    }
}
