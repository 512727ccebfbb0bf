package io.pledgemq.sdk.transport;

import io.pledgemq.sdk.errors.MessageRefusedException;
import org.jspecify.annotations.Nullable;

/** The result of preparing one message. */
public sealed interface PrepareResult {
    /**
     * Durable and undecided.
     *
     * @param transaction the engine's handle, given back with the decision
     */
    record Prepared(String transaction) implements PrepareResult {}

    /**
     * Not stored.
     *
     * @param reason null if the message is fine but the engine cannot take it now (disk full, overloaded)
     * @param detail what, why and what to do
     */
    record Refused(MessageRefusedException.@Nullable Reason reason, String detail) implements PrepareResult {}
}
