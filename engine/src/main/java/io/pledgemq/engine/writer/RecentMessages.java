package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Message;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache of the newest messages, so that those delivered at once need not be read back. Any entry may be
 * missing. Safe for all threads.
 */
final class RecentMessages {
    private static final int ENTRIES = 8192;
    /** Larger ones are read from the log; this bounds the cache to 32 MiB of bodies. */
    private static final int MAX_BODY_BYTES = 4096;

    private record Entry(long position, Message message) {}

    private final AtomicReferenceArray<@Nullable Entry> entries = new AtomicReferenceArray<>(ENTRIES);

    void put(long position, Message message) {
        if (message.body().length <= MAX_BODY_BYTES) {
            entries.lazySet(place(position), new Entry(position, message));
        }
    }

    @Nullable
    Message get(long position) {
        Entry entry = entries.get(place(position));
        return entry != null && entry.position == position ? entry.message : null;
    }

    private static int place(long position) {
        return (int) ((position * 0x9e3779b97f4a7c15L) >>> 51);
    }
}
