package io.pledgemq.sdk.errors;

import org.jspecify.annotations.Nullable;

/** Root of everything PledgeMQ throws. A child exists only where a caller acts differently. */
public class PledgeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PledgeException(String message) {
        super(message);
    }

    public PledgeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
