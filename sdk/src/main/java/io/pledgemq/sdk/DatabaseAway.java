package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.DatabaseException;

/** The database failed before the handler was called: the message is not to blame. */
final class DatabaseAway extends Exception {
    private static final long serialVersionUID = 1;

    DatabaseAway(DatabaseException cause) {
        super("the business database is away, the handler was not called: " + cause.getMessage(), cause);
    }
}
