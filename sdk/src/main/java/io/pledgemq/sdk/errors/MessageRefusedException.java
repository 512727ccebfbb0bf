package io.pledgemq.sdk.errors;

/**
 * The message itself is not acceptable, so nothing was sent and nothing committed. Repeating it unchanged is useless.
 */
public final class MessageRefusedException extends PledgeException {
    private static final long serialVersionUID = 1;

    /** What is wrong with the message. */
    public enum Reason {
        UNKNOWN_TOPIC,
        UNKNOWN_GROUP,
        ILLEGAL_NAME,
        BODY_TOO_LARGE,
        PROPERTIES_TOO_LARGE,
        DELAY_TOO_LONG,
        /** The topic takes no message with, or none without, a message group or a delivery time. */
        WRONG_TOPIC_TYPE,
        /** A text that databases and brokers do not carry unchanged: NUL, half a surrogate pair, a blank group. */
        ILLEGAL_TEXT,
        TOO_MANY_MESSAGES,
        NOT_ENCODABLE,
        OTHER
    }

    private final Reason reason;

    public MessageRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public MessageRefusedException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
