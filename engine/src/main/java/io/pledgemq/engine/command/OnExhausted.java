package io.pledgemq.engine.command;

/** What happens to a message after its last attempt failed. Codes are written to the log. */
public enum OnExhausted {
    /** An open dead letter: alerted, and a person decides. */
    PARK(1),
    /** Alerted, and the order to compensate goes to the same group at once. */
    COMPENSATE(2);

    private final int code;

    OnExhausted(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static OnExhausted ofCode(int code) {
        return code == 2 ? COMPENSATE : PARK;
    }
}
