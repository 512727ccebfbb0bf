package io.pledgemq.server.net;

import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.grpc.ServerServiceDefinition;
import java.util.List;

/**
 * gRPC services. Each message is bounded, also after it was unpacked; a stream may carry any number of them for any
 * time, and a call ends when its own deadline says so.
 */
public record GrpcRoutes(List<ServerServiceDefinition> services, int messageBytes) implements Routes {

    public GrpcRoutes {
        services = List.copyOf(services);
    }

    @Override
    public void addTo(ServerBuilder listener) {
        var grpc = GrpcService.builder()
                .maxRequestMessageLength(messageBytes)
                // JSON in place of protobuf would be one more way in, and takes half of the time of a start.
                .supportedSerializationFormats(GrpcSerializationFormats.PROTO);
        services.forEach(grpc::addService);
        listener.service(
                grpc.build(),
                service -> service.decorate((inner, context, request) -> {
                    // The messages are bounded, not their sum: telemetry streams stay open for days.
                    context.setMaxRequestLength(0);
                    return inner.serve(context, request);
                }));
    }
}
