package io.pledgemq.engine;

import org.jspecify.annotations.Nullable;

/** The engine stopped before it could answer: whether the call took effect is unknown until a restart. */
public final class EngineStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EngineStoppedException(String text, @Nullable Throwable cause) {
        super(text, cause);
    }
}
