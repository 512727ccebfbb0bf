package io.pledgemq.server.files;

/** A file cannot be used as it is. The message says what, why and what to do, and contains no secret. */
public final class UnusableFileException extends Exception {

    private static final long serialVersionUID = 1L;

    public UnusableFileException(String what, String why, String next) {
        super(what + "\n  why:  " + why + "\n  next: " + next);
    }
}
