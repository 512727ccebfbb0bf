package io.pledgemq.engine.command;

/**
 * When senders are asked about their half messages.
 *
 * @param intervalMs pause after the first check; it doubles with each further one
 * @param capMs longest pause between checks
 * @param maxChecks rounds of asking before a half message is parked
 * @param answerMs how long one sender has to answer before another is asked, counted from its last answer to an earlier
 *     question
 * @param quietMs how long after a start that found half messages the alert about missing senders is held back, since
 *     senders connect one by one; 0 alerts at once
 */
public record CheckPolicy(long intervalMs, long capMs, int maxChecks, long answerMs, long quietMs) {
    /** The default of {@link #quietMs}. */
    public static final long QUIET_MS = 15_000;

    public static final CheckPolicy DEFAULT = new CheckPolicy(10_000, 300_000, 15, 5_000);

    /** With {@link #QUIET_MS} after a start. */
    public CheckPolicy(long intervalMs, long capMs, int maxChecks, long answerMs) {
        this(intervalMs, capMs, maxChecks, answerMs, QUIET_MS);
    }

    /** The pause after the n-th check. */
    public long pauseMs(int checks) {
        int doublings = Math.min(Math.max(checks - 1, 0), 30);
        return Math.min(capMs, intervalMs << doublings);
    }
}
