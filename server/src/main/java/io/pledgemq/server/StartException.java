package io.pledgemq.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The server cannot start. The message says what, why and what to do next. */
public final class StartException extends IOException {

    private static final long serialVersionUID = 1L;

    private final ExitStatus status;

    StartException(ExitStatus status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    static StartException of(ExitStatus status, String what, String why, String next, @Nullable Throwable cause) {
        return new StartException(status, what + "\n  why:  " + why + "\n  next: " + next, cause);
    }

    /** How the process ends because of this. */
    public ExitStatus status() {
        return status;
    }
}
