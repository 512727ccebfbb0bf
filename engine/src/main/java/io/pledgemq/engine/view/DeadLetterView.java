package io.pledgemq.engine.view;

import io.pledgemq.engine.command.Message;

/**
 * A dead letter, or one that is being redriven or compensated.
 *
 * @param slot with {@code position} what an action on it needs
 * @param status what may happen to it next
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
    /** Only an open one takes an action, but that one being compensated may be closed by hand. */
    public enum Status {
        OPEN,
        REDRIVING,
        COMPENSATING
    }
}
