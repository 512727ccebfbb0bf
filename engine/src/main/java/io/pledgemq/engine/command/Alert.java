package io.pledgemq.engine.command;

/**
 * A condition that a person should know about.
 *
 * @param kind what happened
 * @param subject the message id, group or service it is about; may be empty
 * @param text what, why, what to do
 */
public record Alert(Kind kind, String subject, String text) {
    /** The kinds of alerts. */
    public enum Kind {
        /** A message became a dead letter. */
        DEAD_LETTER,
        /** A half message is undecided after the maximum of checks. */
        PARKED,
        /** Half messages wait for an answer and no instance of their service is connected. */
        NO_SENDER,
        /** Connected senders report that the database of their half messages is unavailable. */
        DATABASE_AWAY,
        /** A decision contradicts the first one. */
        CONTRARY_DECISION,
        /** New messages are refused. */
        DISK_FULL,
        /** New messages are accepted again. */
        DISK_FREE,
        /** The wall clock jumped. */
        CLOCK_JUMPED,
        /** A message's bytes are damaged. */
        DAMAGED,
        /** A compensation keeps failing. */
        COMPENSATION_FAILS,
        /** A memory limit is reached: the subject is its name, or the group that gets no new messages. */
        LIMIT_REACHED
    }
}
