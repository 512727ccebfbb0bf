package io.pledgemq.engine.log;

/** The segment is full, there is no spare segment, and the disk has no space for one. The frame was not begun. */
public final class LogFullException extends LogException {
    private static final long serialVersionUID = 1L;

    LogFullException(Throwable cause) {
        super("the disk is full and all spare segments are used", cause);
    }
}
