package io.pledgemq.engine.index;

import java.util.Arrays;

/**
 * A query for frames with any of the keys, in a part of the log.
 *
 * @param keys of {@link IndexKey}
 * @param from first position
 * @param to behind the last position
 * @param fromMs first wall ms that is wanted; frames outside the time may be found too
 * @param toMs last wall ms that is wanted
 * @param newestFirst from the end of the log to its beginning
 */
@SuppressWarnings("ArrayRecordComponent") // made for one call
public record IndexQuery(long[] keys, long from, long to, long fromMs, long toMs, boolean newestFirst) {
    public IndexQuery {
        keys = keys.clone();
        Arrays.sort(keys);
    }

    /** All frames with these keys from a position on, oldest first. */
    public static IndexQuery of(long from, long... keys) {
        return new IndexQuery(keys, from, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, false);
    }

    public IndexQuery within(long newFrom, long newTo) {
        return new IndexQuery(keys, newFrom, newTo, fromMs, toMs, newestFirst);
    }

    public IndexQuery between(long newFromMs, long newToMs) {
        return new IndexQuery(keys, from, to, newFromMs, newToMs, newestFirst);
    }

    public IndexQuery newestFirst(boolean newest) {
        return new IndexQuery(keys, from, to, fromMs, toMs, newest);
    }

    boolean timed() {
        return fromMs != Long.MIN_VALUE || toMs != Long.MAX_VALUE;
    }

    /** Called for every key of every frame where there is no index. */
    boolean wants(long key) {
        return Arrays.binarySearch(keys, key) >= 0;
    }
}
