package io.pledgemq.engine.command;

/**
 * Why a sender gives no answer to a check. Silence is not an answer and does not use up a check. If the senders asked
 * in one check give different reasons, the last one in this order counts. Codes are written to the log.
 */
public enum Silence {
    /** Another database holds the barrier. */
    NOT_MINE(1),
    /** The database lacks what the sender wrote before it prepared the message: it is a copy, or was set back. */
    NOT_SEEN(2),
    /** The message is in the outbox, whose relay decides it. */
    IN_OUTBOX(3),
    /** The database cannot be reached. */
    DATABASE_AWAY(4);

    private final int code;

    Silence(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Returns whether the cause passes by itself; otherwise a person must look, unless another sender answers. */
    public boolean passes() {
        return this == IN_OUTBOX || this == DATABASE_AWAY;
    }

    public static Silence ofCode(int code) {
        for (Silence silence : values()) {
            if (silence.code == code) {
                return silence;
            }
        }
        throw new IllegalArgumentException("no silence has code " + code);
    }
}
