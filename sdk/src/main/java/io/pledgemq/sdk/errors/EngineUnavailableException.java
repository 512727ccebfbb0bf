package io.pledgemq.sdk.errors;

import org.jspecify.annotations.Nullable;

/** The engine cannot take the message now (away, overloaded, disk full): nothing was committed. Repeat it later. */
public final class EngineUnavailableException extends PledgeException {
    private static final long serialVersionUID = 1;

    public EngineUnavailableException(String message) {
        super(message);
    }

    public EngineUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
