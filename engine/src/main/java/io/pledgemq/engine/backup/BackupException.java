package io.pledgemq.engine.backup;

import java.io.IOException;

/** A backup cannot be made, is not whole, or cannot be restored where it was asked for; the message says what to do. */
public final class BackupException extends IOException {
    private static final long serialVersionUID = 1L;

    BackupException(String message) {
        super(message);
    }
}
