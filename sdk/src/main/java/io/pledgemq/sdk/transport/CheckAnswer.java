package io.pledgemq.sdk.transport;

/**
 * What a checker knows about one message.
 *
 * @param detail for people, such as "still running"; empty for COMMIT and ROLLBACK
 */
public record CheckAnswer(String messageId, Verdict verdict, String detail) {
    public static final String STILL_RUNNING = "still running";
    public static final String TOO_OLD = "too old to know";
    /** SILENT: the message waits in the sender's outbox, and only its relay decides. */
    public static final String IN_OUTBOX = "in the outbox";
    /** SILENT: this database has not seen the sender as the message did; a copy, a replica, or a restored backup. */
    public static final String NOT_SEEN = "this database has not seen the sender";

    /** What a check found. */
    public enum Verdict {
        COMMIT,
        ROLLBACK,
        /** Asked the right database, and it cannot tell yet. */
        UNKNOWN,
        /** Not our database: this is no answer, and does not count as one. */
        SILENT
    }
}
