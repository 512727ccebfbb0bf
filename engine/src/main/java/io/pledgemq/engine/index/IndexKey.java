package io.pledgemq.engine.index;

import io.pledgemq.engine.codec.Span;
import io.pledgemq.engine.command.MessageId;

/**
 * The key of an index record. A key is a hash of 36 bits in front of 27 zero bits; with an offset in their place (a
 * multiple of 8 in a file of at most 1 GiB) it is a record. So records are plain longs that sort by key, then by
 * offset. Keys with the same hash are distinguished when the frame is read: of a million lookups in a segment of a
 * million records, about ten read a frame in vain.
 */
public final class IndexKey {
    static final int OFFSET_BITS = 27;
    static final int OFFSET_SHIFT = 3;

    private static final long HASH_MASK = (1L << 36) - 1;
    private static final long FACTOR = 0x9e3779b97f4a7c15L;
    private static final int OF_ID = 1;
    private static final int OF_POSITION = 2;
    private static final int OF_KEY = 3;
    private static final int OF_TOPIC = 4;
    private static final int OF_TOPIC_AND_KEY = 5;

    /** The key of BATCH frames, which hold the time of the frames behind them. */
    static final long BATCH = key(6, 0);

    private IndexKey() {}

    /** Frames that store the message with this id, and frames that name it by its id only. */
    public static long ofId(MessageId id) {
        return ofId(Span.of(id.text()));
    }

    /** Frames about the message that is, or was, at this position. */
    public static long ofPosition(long position) {
        return key(OF_POSITION, position);
    }

    /** Frames that store a message with this business key. */
    public static long ofKey(String key) {
        return ofKey(Span.of(key));
    }

    /** Frames that store a message of this topic. */
    public static long ofTopic(String topic) {
        return ofTopic(Span.of(topic));
    }

    /** Frames that store a message of this topic with this business key. */
    public static long ofTopicAndKey(String topic, String key) {
        return ofTopicAndKey(Span.of(topic), Span.of(key));
    }

    static long ofId(Span id) {
        return key(OF_ID, hash(id));
    }

    static long ofKey(Span key) {
        return key(OF_KEY, hash(key));
    }

    static long ofTopic(Span topic) {
        return key(OF_TOPIC, hash(topic));
    }

    static long ofTopicAndKey(Span topic, Span key) {
        return key(OF_TOPIC_AND_KEY, hash(topic) * FACTOR + hash(key));
    }

    static long record(long key, int offset) {
        return key + (offset >>> OFFSET_SHIFT);
    }

    /** A lower bound of a key's records at or behind an offset, where no frame need begin. */
    static long atOrBehind(long key, int offset) {
        return key + ((offset + (1L << OFFSET_SHIFT) - 1) >>> OFFSET_SHIFT);
    }

    static int offset(long record) {
        return (int) (record & ((1L << OFFSET_BITS) - 1)) << OFFSET_SHIFT;
    }

    private static long key(int kind, long value) {
        return (mix(value + kind * FACTOR) & HASH_MASK) << OFFSET_BITS;
    }

    private static long hash(Span text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.get(i)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
