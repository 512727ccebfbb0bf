package io.pledgemq.engine.view;

import io.pledgemq.engine.command.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * A message in a list.
 *
 * @param position its position in the log; for a half message that was never carried forward this is its transaction id
 * @param key business key, or null
 * @param tag or null
 * @param storedAtMs wall ms when it was first stored
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
    /** How far it has come, regardless of its receivers. */
    public enum Status {
        /** Prepared; its sender is asked. */
        UNDECIDED,
        /** Prepared; a person decides. */
        PARKED,
        /** Committed; its delivery time has not come. */
        DELAYED,
        /** Published: its receivers get it, or got it. */
        COMMITTED,
        ROLLED_BACK,
        /** Withdrawn before its delivery time. */
        RECALLED,
        /** The log no longer shows it. */
        UNKNOWN
    }
}
