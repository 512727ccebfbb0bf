package io.pledgemq.engine;

/**
 * Why an attempt failed, and what follows.
 *
 * @param reason kept in the message's history and shown with its dead letter; cut at {@value #MAX_REASON} characters
 * @param counted false if the message was not tried
 * @param terminal true: it can never succeed, so it becomes a dead letter now
 * @param delayMs pause before the next attempt; negative = as the group's policy says
 */
public record Failure(String reason, boolean counted, boolean terminal, long delayMs) {
    public static final int MAX_REASON = 8192;
    private static final long BY_POLICY = -1;

    public Failure {
        reason = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
    }

    /** Try again as the group's policy says. */
    public static Failure retry(String reason) {
        return new Failure(reason, true, false, BY_POLICY);
    }

    /** Try again; this was no attempt. */
    public static Failure notTried(String reason) {
        return new Failure(reason, false, false, BY_POLICY);
    }

    /** Never try again. */
    public static Failure terminal(String reason) {
        return new Failure(reason, true, true, BY_POLICY);
    }
}
