package io.pledgemq.server.access;

/** A file of this package cannot be used as it is. The message says what, why and what to do, and holds no secret. */
public final class AccessFileException extends Exception {

    private static final long serialVersionUID = 1L;

    AccessFileException(String what, String why, String next) {
        super(what + "\n  why:  " + why + "\n  next: " + next);
    }
}
