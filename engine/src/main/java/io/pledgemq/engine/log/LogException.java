package io.pledgemq.engine.log;

/** The log cannot do what it was asked; the subclasses say why, the message what to do. */
public class LogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LogException(String message) {
        super(message);
    }

    LogException(String message, Throwable cause) {
        super(message, cause);
    }
}
