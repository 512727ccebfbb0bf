package io.pledgemq.engine.command;

/**
 * Why a sender that is asked about a half message says nothing about it. None of these is an answer: it uses up no
 * check. Of what the senders asked in one check say, the one that is furthest down here counts. Codes are written to
 * the log.
 */
public enum Silence {
    /** Another database holds the barrier. */
    NOT_MINE(1),
    /** The database has not seen what the sender had written before it prepared the message: a copy, or set back. */
    NOT_SEEN(2),
    /** The message stands in the outbox, whose relay decides it. */
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

    /** Returns whether it passes by itself; else a person has to look if nobody says anything better. */
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
