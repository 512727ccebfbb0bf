package io.pledgemq.engine.recovery;

import org.jspecify.annotations.Nullable;

/** The state cannot be rebuilt from the files on the disk. Nothing was changed. */
public final class RecoveryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RecoveryException(String text, @Nullable Throwable cause) {
        super(text, cause);
    }
}
