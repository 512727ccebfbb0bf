package io.pledgemq.engine.view;

import io.pledgemq.engine.command.Message;

/**
 * An undecided half message.
 *
 * @param transactionId of the half message
 * @param parked true if a person must decide
 * @param checks how often its sender was asked
 * @param preparedAtMs wall ms
 * @param nextCheckInMs 0 if due now or parked
 */
public record UndecidedView(
        long transactionId, Message message, boolean parked, int checks, long preparedAtMs, long nextCheckInMs) {}
