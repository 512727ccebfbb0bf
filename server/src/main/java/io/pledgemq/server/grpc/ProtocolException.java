package io.pledgemq.server.grpc;

import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Status;
import org.jspecify.annotations.Nullable;

/** A request that the protocol refuses: a code for programs and a text for people. */
final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    /** @param text what, why and what to do */
    ProtocolException(Code code, @Nullable String text) {
        // A refusal is an answer, so its stack is not needed.
        super(text, null, false, false);
        this.code = code;
    }

    Code code() {
        return code;
    }

    Status status() {
        return Statuses.of(code, getMessage());
    }
}
