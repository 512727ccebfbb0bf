package io.pledgemq.server.health;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import io.grpc.ServerInterceptors;
import io.pledgemq.server.net.BrowserCalls;
import io.pledgemq.server.net.GrpcRoutes;
import io.pledgemq.server.net.Routes;
import java.util.List;

/**
 * {@code /livez}: this process answers. {@code /readyz}: 200 when clients are served, else 503. The gRPC health service
 * says the same to those who speak that. Served from before the engine is opened until the last connection is closed.
 */
public final class Probes implements Routes {
    /** A health request has nothing in it but a service's name. */
    private static final int MESSAGE_BYTES = 4 << 10;

    private final Health health;
    private final Routes grpc;

    public Probes(Health health) {
        this.health = health;
        this.grpc = new GrpcRoutes(
                List.of(ServerInterceptors.intercept(new GrpcHealth(health), BrowserCalls.interceptor())),
                MESSAGE_BYTES,
                true);
    }

    @Override
    public void addTo(ServerBuilder listener) {
        listener.service("exact:/livez", (context, request) -> answer(HttpStatus.OK, "{\"alive\":true}"))
                .service(
                        "exact:/readyz",
                        (context, request) -> answer(
                                health.ready() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
                                health.json(context.remoteAddress().getAddress().isLoopbackAddress())));
        grpc.addTo(listener);
    }

    private static HttpResponse answer(HttpStatus status, String json) {
        ResponseHeaders headers = ResponseHeaders.builder(status)
                .contentType(MediaType.JSON_UTF_8)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .build();
        return HttpResponse.of(headers, HttpData.ofUtf8(json + "\n"));
    }
}
