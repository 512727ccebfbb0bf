package io.pledgemq.server;

/** Exit codes of a server's process, for supervisors and scripts; docs/operating.md says what to do about each. */
public enum ExitStatus {
    /** Stopped in order. */
    STOPPED(0),
    /** Failed in a way that has no status of its own. */
    FAILED(1),
    /** The configuration or the command line cannot be used. */
    CONFIGURATION(2),
    /** The log is damaged or of a newer version. */
    DAMAGED(65),
    /** The address to listen on cannot be had. */
    ADDRESS(69),
    /** The engine could no longer hold its promise; the next start finds out what is durable. */
    FATAL(70),
    /** The writer made no progress. */
    STUCK(71),
    /** Another process uses the data directory. */
    IN_USE(75),
    /** The data directory or a file cannot be read or written. */
    PERMISSION(77),
    /** A certificate, a key or the users' file cannot be used. */
    CREDENTIALS(78),
    /** A second signal cut the drain short. */
    FORCED(143);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
