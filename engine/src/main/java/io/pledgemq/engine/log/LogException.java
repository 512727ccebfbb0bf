package io.pledgemq.engine.log;

/** The log cannot do what was asked. The subclass says why, the message what to do. */
public class LogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LogException(String message) {
        super(message);
    }

    LogException(String message, Throwable cause) {
        super(message, cause);
    }
}
