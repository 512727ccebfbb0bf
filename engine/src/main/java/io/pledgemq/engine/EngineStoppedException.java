package io.pledgemq.engine;

/** The engine stopped before it could answer: whether the call took effect is unknown, and a restart will show it. */
public final class EngineStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EngineStoppedException(String text, Throwable cause) {
        super(text, cause);
    }
}
