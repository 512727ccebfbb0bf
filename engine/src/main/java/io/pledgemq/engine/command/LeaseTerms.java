package io.pledgemq.engine.command;

/**
 * For how long a message is lent, and what follows when its receiver says nothing.
 *
 * @param ms how long the receiver has to settle it
 * @param promptRetry the next attempt follows at once, because the receiver chose the time after which the message may
 *     be seen again; otherwise after the group's pause
 */
public record LeaseTerms(long ms, boolean promptRetry) {
    /** After which the group's pause follows. */
    public static LeaseTerms of(long ms) {
        return new LeaseTerms(ms, false);
    }
}
