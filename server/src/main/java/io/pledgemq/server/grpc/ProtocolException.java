package io.pledgemq.server.grpc;

import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Status;
import org.jspecify.annotations.Nullable;

/** A request that the protocol refuses: a code for programs and a text for people. */
final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    /** Says no with words: what, why, what to do. */
    ProtocolException(Code code, @Nullable String text) {
        // Refusals are answers, not accidents: nobody reads their stack.
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
