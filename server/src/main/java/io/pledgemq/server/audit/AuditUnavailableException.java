package io.pledgemq.server.audit;

/** An action was not done because it could not be written to the audit log. The message says why and what to do. */
public final class AuditUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    AuditUnavailableException(String why) {
        super("The audit log cannot be written, so nothing was changed.\n  why:  " + why
                + "\n  next: make room on its disk or repair its directory, then ask again.");
    }
}
