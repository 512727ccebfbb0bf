package io.pledgemq.examples.demo;

/** An expected failure, printed as three sentences: what happened, why, and what to do next. */
final class DemoException extends Exception {

    private static final long serialVersionUID = 1L;

    DemoException(String what, String why, String next) {
        super(what + "\n  why:  " + why + "\n  next: " + next);
    }

    DemoException(String what, Throwable cause, String next) {
        this(what, String.valueOf(cause.getMessage()), next);
        initCause(cause);
    }
}
