package io.pledgemq.sdk;

import io.pledgemq.sdk.transport.OutgoingMessage;
import org.jspecify.annotations.Nullable;

/** A message of a running local transaction, and what became of it so far. */
final class SentMessage {
    final OutgoingMessage message;

    /** The engine's handle; null while it is not prepared. */
    @Nullable
    String transaction;

    /** Its barrier row went with a savepoint. */
    boolean gone;

    boolean inOutbox;

    SentMessage(OutgoingMessage message, @Nullable String transaction) {
        this.message = message;
        this.transaction = transaction;
    }
}
