package io.pledgemq.engine.index;

import java.io.IOException;

/** An index file is not what was written, or not of this segment or version. It is rebuilt; nothing is lost. */
final class IndexDamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    IndexDamagedException(String message) {
        super(message);
    }
}
