package io.pledgemq.engine.io;

import java.io.IOException;

/** Another process, or another engine in this process, has the data directory open. */
public final class DataDirectoryInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    DataDirectoryInUseException(String message) {
        super(message);
    }
}
