package io.pledgemq.engine.command;

/**
 * When half messages are asked about.
 *
 * @param intervalMs pause after the first check; it doubles with each further one
 * @param capMs longest pause between checks
 * @param maxChecks rounds of asking before a half message is parked
 * @param answerMs how long one sender has to answer before another is asked, from its last answer to an earlier
 *     question
 * @param quietMs how long after a start that found half messages no alert is raised because their senders are not
 *     connected: they connect one by one; 0 alerts at once
 */
public record CheckPolicy(long intervalMs, long capMs, int maxChecks, long answerMs, long quietMs) {
    /** The usual {@link #quietMs}. */
    public static final long QUIET_MS = 15_000;

    public static final CheckPolicy DEFAULT = new CheckPolicy(10_000, 300_000, 15, 5_000);

    /** With the usual quiet after a start. */
    public CheckPolicy(long intervalMs, long capMs, int maxChecks, long answerMs) {
        this(intervalMs, capMs, maxChecks, answerMs, QUIET_MS);
    }

    /** The pause after the n-th check. */
    public long pauseMs(int checks) {
        int doublings = Math.min(Math.max(checks - 1, 0), 30);
        return Math.min(capMs, intervalMs << doublings);
    }
}
