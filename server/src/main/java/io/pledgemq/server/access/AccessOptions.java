package io.pledgemq.server.access;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of authentication.
 *
 * @param dataDirectory where admin.credential, and users.yaml unless configured, are
 * @param usersFile configured place of the users' file; it must exist then. Without it, users.yaml in the data
 *     directory is used if it exists
 * @param authentication whether clients must prove who they are. False is for loopback: clients then need no credential
 *     and may do everything with messages; the administration needs a credential all the same
 * @param dateWindow how far the time of a signature may be from this server's clock, for users without strict time;
 *     shorter than {@link #ANY_ZONE} turns away official clients that sign local time
 */
public record AccessOptions(Path dataDirectory, Optional<Path> usersFile, boolean authentication, Duration dateWindow) {

    /** Window that lets clients of all time zones in: 15 hours. */
    public static final Duration ANY_ZONE = MqDateTime.ANY_ZONE;

    /** Checks the window. */
    public AccessOptions {
        if (dateWindow.isNegative() || dateWindow.isZero()) {
            throw new IllegalArgumentException(
                    "the window for signatures is " + dateWindow + ", but must be positive; leave it at " + ANY_ZONE);
        }
    }

    /** Returns the defaults on loopback: no credential for clients. */
    public static AccessOptions open(Path dataDirectory) {
        return new AccessOptions(dataDirectory, Optional.empty(), false, ANY_ZONE);
    }

    /** Returns the defaults with authentication. */
    public static AccessOptions authenticated(Path dataDirectory) {
        return new AccessOptions(dataDirectory, Optional.empty(), true, ANY_ZONE);
    }
}
