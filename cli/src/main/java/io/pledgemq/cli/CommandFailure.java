package io.pledgemq.cli;

import java.nio.file.FileSystemException;

/** An expected failure, printed as three sentences: what happened, why, and what to do next. */
final class CommandFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandFailure(int exitCode, String what, String why, String next) {
        this(exitCode, what + "\n  why:  " + why + "\n  next: " + next);
    }

    /** @param message what, why and what to do next, one line each */
    CommandFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** Returns the reason for people: the message of a file system's exception is often no more than a path. */
    static String why(Exception e) {
        boolean pathOnly = e instanceof FileSystemException failure && failure.getReason() == null;
        return pathOnly || e.getMessage() == null ? e.toString() : e.getMessage();
    }

    int exitCode() {
        return exitCode;
    }
}
