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
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What the transport knows of a gRPC call and Armeria does not pass on to gRPC. */
public final class CallOrigin {
    private static final Context.Key<CallOrigin> KEY = Context.key("pledgemq-origin");

    private final ServiceRequestContext context;

    private CallOrigin(ServiceRequestContext context) {
        this.context = context;
    }

    /** Address and port of the client; no two open connections have the same. */
    public InetSocketAddress from() {
        return context.remoteAddress();
    }

    /**
     * Completes when the client has made room for the last byte of the answer, or is gone; gRPC's own end of a call
     * comes as soon as it was answered.
     */
    public CompletionStage<?> written() {
        return context.log().whenAvailable(RequestLogProperty.RESPONSE_END_TIME);
    }

    /** Runs a task after a pause, on the thread that serves the connection. */
    public void after(Duration pause, Runnable work) {
        var unused = Pause.before(context, pause, work).thenAccept(Runnable::run);
    }

    /** Returns the origin of the call that this thread begins. */
    public static CallOrigin current() {
        return KEY.get();
    }

    /** Puts the origin into the context of a service's calls. */
    static final class Interceptor implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            CallOrigin origin = new CallOrigin(ServiceRequestContext.current());
            return Contexts.interceptCall(Context.current().withValue(KEY, origin), call, headers, next);
        }
    }
}
