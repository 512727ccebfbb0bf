package io.pledgemq.server.grpc;

import io.grpc.Context;
import io.pledgemq.server.access.Principal;
import java.net.InetSocketAddress;

/**
 * Who sent a request.
 *
 * @param clientId the client's own name for itself; may be empty
 * @param language as the client says it; never parsed
 * @param namespace from the request's header; may be empty
 * @param principal whom its signature proves
 * @param from where its connection comes from; no two open connections have the same
 * @param call name of the call, such as SendMessage
 */
record Caller(
        String clientId, String language, String namespace, Principal principal, InetSocketAddress from, String call) {
    static final Context.Key<Caller> KEY = Context.key("pledgemq-caller");

    /** Authenticated user; empty where authentication is off. */
    String user() {
        return principal.name();
    }
}
