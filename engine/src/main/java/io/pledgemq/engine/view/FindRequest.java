package io.pledgemq.engine.view;

import io.pledgemq.engine.command.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * Which messages to find: by id, key, topic, or topic and key; within a time; in the order of the log. Immutable.
 *
 * @param id or null; with an id, topic and key are null
 * @param topic or null
 * @param key business key, or null
 * @param fromMs earliest wall ms at which they were stored
 * @param toMs latest wall ms at which they were stored
 * @param newestFirst true: the last stored first
 * @param cursor {@link FoundMessages#next} of the previous page, or {@link #START}
 * @param limit messages in a page, 1 to {@link #MAX_LIMIT}
 */
public record FindRequest(
        @Nullable MessageId id,
        @Nullable String topic,
        @Nullable String key,
        long fromMs,
        long toMs,
        boolean newestFirst,
        long cursor,
        int limit) {
    public static final int MAX_LIMIT = 1000;

    /** The cursor of the first page. */
    public static final long START = -1;

    private static final int USUAL_LIMIT = 50;

    /** @throws IllegalArgumentException if id, key and topic are null, or the limit is out of bounds */
    public FindRequest {
        if (id == null && topic == null && key == null) {
            throw new IllegalArgumentException("a message is found by its id, its key or its topic: give one of them");
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit must be from 1 to " + MAX_LIMIT + ", not " + limit);
        }
    }

    private static FindRequest by(@Nullable MessageId id, @Nullable String topic, @Nullable String key) {
        return new FindRequest(id, topic, key, Long.MIN_VALUE, Long.MAX_VALUE, true, START, USUAL_LIMIT);
    }

    /** The message with this id; more than one if the same id was stored again long afterwards. */
    public static FindRequest byId(MessageId id) {
        return by(id, null, null);
    }

    /** Messages of all topics with this business key; the newest first. */
    public static FindRequest byKey(String key) {
        return by(null, null, key);
    }

    /** Messages of a topic with this business key; the newest first. */
    public static FindRequest byKey(String topic, String key) {
        return by(null, topic, key);
    }

    /** Messages of a topic; the newest first. */
    public static FindRequest byTopic(String topic) {
        return by(null, topic, null);
    }

    /** Stored within this time, both ends included. */
    public FindRequest between(long newFromMs, long newToMs) {
        return new FindRequest(id, topic, key, newFromMs, newToMs, newestFirst, cursor, limit);
    }

    public FindRequest oldestFirst() {
        return new FindRequest(id, topic, key, fromMs, toMs, false, cursor, limit);
    }

    /** The page that follows the one with this {@link FoundMessages#next}. */
    public FindRequest after(long newCursor) {
        return new FindRequest(id, topic, key, fromMs, toMs, newestFirst, newCursor, limit);
    }

    public FindRequest withLimit(int newLimit) {
        return new FindRequest(id, topic, key, fromMs, toMs, newestFirst, cursor, newLimit);
    }
}
