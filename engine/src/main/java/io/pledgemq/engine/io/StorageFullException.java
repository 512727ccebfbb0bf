package io.pledgemq.engine.io;

import java.io.IOException;

/** The disk, or the quota of the user, has no room for what was to be written. */
public final class StorageFullException extends IOException {
    private static final long serialVersionUID = 1L;

    public StorageFullException(String message) {
        super(message);
    }

    StorageFullException(String message, IOException cause) {
        super(message, cause);
    }
}
