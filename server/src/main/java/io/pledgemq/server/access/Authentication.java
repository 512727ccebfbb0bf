package io.pledgemq.server.access;

import java.time.Duration;

/** The result of authenticating a caller. */
public sealed interface Authentication {

    /** The caller is who it says. */
    record Accepted(Principal principal) implements Authentication {}

    /**
     * The caller is turned away.
     *
     * @param reason why
     * @param claimed name of the existing user that the caller claimed to be, else {@code (unknown)}: for the audit log
     *     only, since telling it to the caller would tell which users exist. Names of no user are not kept, because
     *     people type secrets into the wrong field
     * @param pause how long the answer must wait, so that guessing is slow; zero for most
     */
    record Refused(Reason reason, String claimed, Duration pause) implements Authentication {

        /** Returns the text for the caller: what is wrong and what to do. Same for unknown user and wrong secret. */
        public String message() {
            return reason.message;
        }
    }

    /** Why a caller is turned away. */
    enum Reason {
        /** No credential was sent. */
        MISSING("no credential was sent; configure the access key and secret of a user of this server"),
        /** The headers are not of the form. */
        MALFORMED("the credential is malformed, too long or sent twice; use an official client or user:secret with"
                + " HTTP Basic"),
        /** A temporary credential was sent. */
        SESSION_TOKEN("x-mq-session-token is not supported; use an access key and secret without a session token"),
        /** No such user, or it did not prove its secret. */
        WRONG("unknown user or wrong secret; check both in the client's configuration"),
        /** Proved, but signed too long ago or in the future. */
        STALE(
                "the signature's x-mq-date-time is too far from this server's clock; set the client's clock and time zone"),
        /** The ticket of a proof is another process's, or too old. */
        EXPIRED("the call's ticket was not given out by this process within the last minute; ask for another one at"
                + " /admin/v1/challenge");

        private final String message;

        Reason(String message) {
            this.message = message;
        }
    }
}
