package io.pledgemq.faults.broker;

/** What may be sent to a topic. */
public enum Kind {
    NORMAL,
    FIFO,
    DELAY,
    TRANSACTION
}
