package io.pledgemq.server.grpc;

import io.pledgemq.engine.EngineStoppedException;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Status;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the failure of a call into the status that its client gets; the details go to the log. */
final class CallFailures {
    private static final Logger LOG = LoggerFactory.getLogger(CallFailures.class);

    private CallFailures() {}

    static Status status(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ProtocolException refused) {
            return refused.status();
        } else if (cause instanceof EngineStoppedException) {
            return Statuses.of(Code.INTERNAL_SERVER_ERROR, "the server is stopping; try again in a moment");
        }
        LOG.error("a request failed", cause);
        return Statuses.of(Code.INTERNAL_ERROR, "the request failed; the server's log says why");
    }
}
