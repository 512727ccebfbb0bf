package io.pledgemq.engine.command;

/** What becomes of a half message. */
public enum Decision {
    COMMIT,
    ROLLBACK
}
