package io.pledgemq.engine.command;

/** The decision about a half message. */
public enum Decision {
    COMMIT,
    ROLLBACK
}
