package io.pledgemq.sdk.transport;

/** Which prepared messages a topic takes. */
public enum TopicKind {
    /** Without message group, without delivery time. */
    TRANSACTION,
    /** With a message group, without delivery time. */
    FIFO,
    /** With or without delivery time, without message group. */
    DELAY,
    /** None. */
    NORMAL
}
