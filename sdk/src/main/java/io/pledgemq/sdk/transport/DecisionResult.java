package io.pledgemq.sdk.transport;

/** The engine's answer to one decision. */
public enum DecisionResult {
    /** Decided now, durably. */
    DONE,
    /** The same decision had been taken before. */
    ALREADY,
    /** The contrary decision had been taken before, and stands. */
    CONTRARY,
    /** The engine knows no such transaction: it was decided so long ago that it is forgotten. */
    UNKNOWN_TRANSACTION,
    /** No answer; it may or may not have been taken. */
    NOT_CONFIRMED
}
