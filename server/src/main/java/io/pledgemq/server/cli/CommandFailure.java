package io.pledgemq.server.cli;

/** An expected failure, told to the user as three sentences: what happened, why, and what to do next. */
final class CommandFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandFailure(int exitCode, String what, String why, String next) {
        super(what + "\n  why:  " + why + "\n  next: " + next);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
