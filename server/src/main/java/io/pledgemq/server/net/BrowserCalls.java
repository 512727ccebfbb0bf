package io.pledgemq.server.net;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.pledgemq.server.access.BrowserGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Refuses gRPC calls from browsers: no client of the protocol runs in one, so such a call comes from a web page. */
public final class BrowserCalls {
    private static final Metadata.Key<String> ORIGIN = key("origin");
    private static final Metadata.Key<String> SITE = key("sec-fetch-site");

    private BrowserCalls() {}

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** Returns an interceptor that refuses browsers' calls before a service sees them. */
    public static ServerInterceptor interceptor() {
        return new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, io.grpc.ServerCallHandler<Q, R> next) {
                Optional<String> foreign = refusal(headers);
                return foreign.isPresent() ? close(call, foreign.get()) : next.startCall(call, headers);
            }
        };
    }

    /** Returns why a call with these headers is refused; empty if it is not. */
    public static Optional<String> refusal(Metadata headers) {
        return BrowserGuard.refusesRpc(new BrowserGuard.Request(
                "POST", false, List.of(), all(headers, ORIGIN), all(headers, SITE), List.of()));
    }

    public static <Q, R> ServerCall.Listener<Q> close(ServerCall<Q, R> call, String why) {
        call.close(Status.PERMISSION_DENIED.withDescription(why), new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private static List<String> all(Metadata headers, Metadata.Key<String> key) {
        List<String> values = new ArrayList<>(0);
        Iterable<String> found = headers.getAll(key);
        if (found != null) {
            found.forEach(values::add);
        }
        return values;
    }
}
