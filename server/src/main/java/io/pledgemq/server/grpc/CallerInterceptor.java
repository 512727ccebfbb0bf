package io.pledgemq.server.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.pledgemq.server.access.Authentication;
import io.pledgemq.server.access.ClientCredentials;
import io.pledgemq.server.net.BrowserCalls;
import io.pledgemq.server.net.CallOrigin;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates the caller and puts it into the call's context. A refused caller is answered at once, before anything
 * of the request's body is read.
 */
final class CallerInterceptor implements ServerInterceptor {
    private static final Metadata.Key<String> CLIENT_ID = key("x-mq-client-id");
    private static final Metadata.Key<String> LANGUAGE = key("x-mq-language");
    private static final Metadata.Key<String> NAMESPACE = key("x-mq-namespace");
    private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
    private static final Metadata.Key<String> DATE_TIME = key("x-mq-date-time");
    private static final Metadata.Key<String> SESSION_TOKEN = key("x-mq-session-token");

    private final Authorizer authorizer;

    CallerInterceptor(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        CallOrigin origin = CallOrigin.current();
        InetSocketAddress from = origin.from();
        String name = call.getMethodDescriptor().getBareMethodName();
        String callName = name == null ? "" : name;
        Optional<String> foreign = BrowserCalls.refusal(headers);
        if (foreign.isPresent()) {
            authorizer.refusedBrowser(from.getAddress(), callName, foreign.get());
            return BrowserCalls.close(call, foreign.get());
        }
        Authentication authentication = authorizer.authenticate(
                new ClientCredentials(
                        all(headers, AUTHORIZATION), all(headers, DATE_TIME), all(headers, SESSION_TOKEN)),
                from.getAddress(),
                callName);
        if (authentication instanceof Authentication.Refused refused) {
            return RefusedCall.answer(call, refused, origin);
        }
        Authentication.Accepted accepted = (Authentication.Accepted) authentication;
        Caller caller = new Caller(
                text(headers.get(CLIENT_ID)),
                text(headers.get(LANGUAGE)),
                text(headers.get(NAMESPACE)),
                accepted.principal(),
                from,
                callName);
        Context context = Context.current().withValue(Caller.KEY, caller);
        Deadline deadline = Deadlines.of(headers);
        if (deadline != null) {
            context = context.withValue(Deadlines.KEY, deadline);
        }
        return Contexts.interceptCall(context, call, headers, next);
    }

    private static List<String> all(Metadata headers, Metadata.Key<String> key) {
        Iterable<String> values = headers.getAll(key);
        List<String> all = new ArrayList<>(1);
        if (values != null) {
            values.forEach(all::add);
        }
        return all;
    }

    private static String text(@Nullable String header) {
        return header == null ? "" : header;
    }
}
