package io.pledgemq.engine.view;

import io.pledgemq.engine.command.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * A message in a list.
 *
 * @param position where it is in the log; for a half message that was never carried forward its transaction id
 * @param key business key, or null
 * @param tag or null
 * @param storedAtMs wall ms of being stored first
 * @param sizeBytes of the body
 */
public record MessageSummary(
        MessageId id,
        long position,
        String topic,
        @Nullable String key,
        @Nullable String tag,
        long storedAtMs,
        int sizeBytes,
        Status status) {
    /** How far it has come, whatever its receivers made of it. */
    public enum Status {
        /** Prepared; its sender is asked. */
        UNDECIDED,
        /** Prepared; a person decides. */
        PARKED,
        /** Committed; its delivery time has not come. */
        DELAYED,
        /** Its receivers get it, or got it. */
        COMMITTED,
        ROLLED_BACK,
        /** Taken back before its delivery time. */
        RECALLED,
        /** The log does not tell any more. */
        UNKNOWN
    }
}
