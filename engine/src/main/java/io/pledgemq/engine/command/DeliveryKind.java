package io.pledgemq.engine.command;

/** What a consumer is asked to do with a delivery. */
public enum DeliveryKind {
    /** Apply the message. */
    MESSAGE,
    /** Make sure that it is never applied, and undo its sender's side. */
    COMPENSATE
}
