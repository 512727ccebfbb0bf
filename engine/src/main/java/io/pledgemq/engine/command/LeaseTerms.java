package io.pledgemq.engine.command;

/**
 * How long a lease lasts, and what follows if the receiver does not settle it.
 *
 * @param ms how long the receiver has to settle it
 * @param promptRetry true: the next attempt follows at once, because the receiver chose the length of the lease itself;
 *     false: after the group's retry pause
 */
public record LeaseTerms(long ms, boolean promptRetry) {
    /** A lease after which the group's retry pause follows. */
    public static LeaseTerms of(long ms) {
        return new LeaseTerms(ms, false);
    }
}
