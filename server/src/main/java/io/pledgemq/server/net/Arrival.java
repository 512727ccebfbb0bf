package io.pledgemq.server.net;

import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;

/**
 * What the transport knows of a gRPC call; gRPC itself is told neither by Armeria.
 *
 * @param from address and port of the client; no two open connections have the same
 * @param written completes when the client has made room for the last byte of the answer, or is gone; gRPC's own end of
 *     a call comes as soon as it was answered
 */
public record Arrival(InetSocketAddress from, CompletionStage<?> written) {
    private static final Context.Key<Arrival> KEY = Context.key("pledgemq-arrival");

    /** Of the call that this thread begins. */
    public static Arrival current() {
        return KEY.get();
    }

    /** Makes it known to the calls of a service. */
    static final class Interceptor implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            ServiceRequestContext context = ServiceRequestContext.current();
            Arrival arrival = new Arrival(
                    context.remoteAddress(), context.log().whenAvailable(RequestLogProperty.RESPONSE_END_TIME));
            return Contexts.interceptCall(Context.current().withValue(KEY, arrival), call, headers, next);
        }
    }
}
