package io.pledgemq.engine.io;

import java.io.IOException;

/**
 * The data directory cannot be used as one: it is a file, cannot be created, or this user may not read and write it.
 */
public final class DataDirectoryUnusableException extends IOException {
    private static final long serialVersionUID = 1L;

    DataDirectoryUnusableException(String message, IOException cause) {
        super(message, cause);
    }

    DataDirectoryUnusableException(String message) {
        super(message);
    }
}
