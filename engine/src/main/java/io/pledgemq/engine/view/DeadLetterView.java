package io.pledgemq.engine.view;

import io.pledgemq.engine.command.Message;

/**
 * A dead letter, or one that is being redriven or compensated.
 *
 * @param slot identifies it in actions, together with {@code position}
 * @param status whether it is open or being worked on
 * @param reason why the last attempt failed
 * @param sinceMs wall ms of the last change
 */
public record DeadLetterView(
        int slot,
        long position,
        String group,
        Message message,
        Status status,
        int attempts,
        int revision,
        String reason,
        long sinceMs) {
    /** Only an open one accepts actions; one that is being compensated can be closed by hand. */
    public enum Status {
        OPEN,
        REDRIVING,
        COMPENSATING
    }
}
