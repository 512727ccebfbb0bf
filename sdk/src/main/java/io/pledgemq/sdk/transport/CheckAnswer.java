package io.pledgemq.sdk.transport;

import org.jspecify.annotations.Nullable;

/**
 * What a checker knows about one message.
 *
 * @param detail for people, such as "still running"; empty for COMMIT and ROLLBACK
 * @param silence why a SILENT answer is none; null for all others
 */
public record CheckAnswer(
        String messageId,
        Verdict verdict,
        String detail,
        @Nullable Silence silence) {
    public static final String STILL_RUNNING = "still running";
    public static final String TOO_OLD = "too old to know";
    /** SILENT: the message waits in the sender's outbox, and only its relay decides. */
    public static final String IN_OUTBOX = "in the outbox";
    /** SILENT: this database has not seen the sender as the message did; a copy, a replica, or a restored backup. */
    public static final String NOT_SEEN = "this database has not seen the sender";

    public CheckAnswer {
        if ((verdict == Verdict.SILENT) != (silence != null)) {
            throw new IllegalArgumentException("a SILENT answer, and no other, says why: " + verdict + ", " + silence);
        }
    }

    /** An answer that needs no reason of silence; a SILENT one is {@link Silence#NOT_MINE}. */
    public CheckAnswer(String messageId, Verdict verdict, String detail) {
        this(messageId, verdict, detail, verdict == Verdict.SILENT ? Silence.NOT_MINE : null);
    }

    /** No answer, and why. */
    public static CheckAnswer silent(String messageId, Silence why, String detail) {
        return new CheckAnswer(messageId, Verdict.SILENT, detail, why);
    }

    /** Why there is no answer. None of them uses up a check. */
    public enum Silence {
        /** Not our database. If nobody says more, a person has to look. */
        NOT_MINE,
        /** Our database has not seen what the sender wrote before it prepared. If nobody says more, a person looks. */
        NOT_SEEN,
        /** The message is in the outbox, whose relay decides it; asked again later. */
        IN_OUTBOX,
        /** The database cannot be reached; asked again later. */
        DATABASE_AWAY
    }

    /** What a check found. */
    public enum Verdict {
        COMMIT,
        ROLLBACK,
        /** Asked the right database, and it cannot tell yet. */
        UNKNOWN,
        /** This is no answer, and does not count as one; {@link Silence} says why. */
        SILENT
    }
}
