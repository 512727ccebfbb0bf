package io.pledgemq.sdk.errors;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * COMMIT was sent and no answer came: the local transaction is committed or it is not, and nobody knows yet. Nothing is
 * guessed; the SDK and the engine keep checking until the database tells. Do not repeat the operation before you have
 * looked whether it took place.
 */
public final class OutcomeUnknownException extends PledgeException {
    private static final long serialVersionUID = 1;

    private final List<String> messageIds;

    public OutcomeUnknownException(String message, List<String> messageIds, @Nullable Throwable cause) {
        super(message, cause);
        this.messageIds = List.copyOf(messageIds);
    }

    /** Ids of the messages whose fate hangs on this transaction; empty if it sent none. */
    public List<String> messageIds() {
        return messageIds;
    }
}
