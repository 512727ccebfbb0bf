package io.pledgemq.server.tls;

/** A certificate or key cannot be used as it is. The message says what, why and what to do, and holds no secret. */
public final class UnusableCertificateException extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableCertificateException(String message) {
        super(message);
    }

    UnusableCertificateException(String what, String why, String next) {
        super(what + "\n  why:  " + why + "\n  next: " + next);
    }
}
