package io.pledgemq.engine.backup;

import java.io.IOException;

/**
 * A backup cannot be made, is incomplete, or cannot be restored to the given directory; the message says what to do.
 */
public final class BackupException extends IOException {
    private static final long serialVersionUID = 1L;

    BackupException(String message) {
        super(message);
    }
}
