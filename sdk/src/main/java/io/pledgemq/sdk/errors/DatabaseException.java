package io.pledgemq.sdk.errors;

import io.pledgemq.sdk.foreign.FailureText;
import java.sql.SQLException;

/** The business database refused or could not be reached before anything was committed. */
public final class DatabaseException extends PledgeException {
    private static final long serialVersionUID = 1;

    public DatabaseException(String message) {
        super(message);
    }

    public DatabaseException(String message, SQLException cause) {
        super(message + ": " + FailureText.message(cause), cause);
    }
}
