package io.pledgemq.engine.log;

/**
 * The disk refused a write, a force, a rename or a delete. What is on it is unknown, so the log does nothing more:
 * every waiting caller must get "unknown", and the process must stop. Trying again would prove nothing.
 */
public final class ForceFailedException extends LogException {
    private static final long serialVersionUID = 1L;

    ForceFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
