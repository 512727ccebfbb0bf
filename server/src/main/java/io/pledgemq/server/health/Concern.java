package io.pledgemq.server.health;

import java.util.Locale;

/**
 * Something that needs a person.
 *
 * @param code for programs; never changes its meaning
 * @param count of what it is about
 * @param level higher when the same has become worse
 * @param text what and why
 * @param command shows it, or helps
 */
public record Concern(Code code, long count, int level, String text, String command) {

    /** What it is about. */
    public enum Code {
        /** New messages are refused. */
        DISK_FULL,
        /** A bound of memory is reached. */
        LIMIT_REACHED,
        /** Groups get nothing new. */
        GROUP_FULL,
        /** Nothing can be settled. */
        AUDIT_UNAVAILABLE,
        DEAD_LETTERS,
        PARKED,
        /** Topics with undecided messages that no connected client sends to. */
        NO_SENDER,
        /** Half messages are undecided for long. */
        UNDECIDED,
        /** Groups are behind. */
        GROUP_BEHIND,
        /** The certificate ends soon, or has ended. */
        CERTIFICATE_ENDS,
        /** Changed certificates are not used. */
        CERTIFICATE_REFUSED,
        /** Changed users are not in force. */
        USERS_REFUSED,
        /** The last alert did not reach the webhook. */
        ALERTS_UNDELIVERED;

        /** As programs see it: {@code dead-letters}. */
        public String spelling() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static Concern of(Code code, long count, String text, String command) {
        return new Concern(code, count, 0, text, command);
    }
}
