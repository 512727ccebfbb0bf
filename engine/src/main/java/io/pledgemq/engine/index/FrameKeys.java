package io.pledgemq.engine.index;

import io.pledgemq.engine.codec.Mentions;
import io.pledgemq.engine.codec.Span;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.log.Frame;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Derives the index keys of a frame. */
final class FrameKeys implements Mentions.Sink {
    /** Most keys of one message that are indexed one by one, so that a client with more does not fill the index. */
    private static final int MAX_KEYS = 256;

    private final LongConsumer out;
    private long carriedWallMs;

    FrameKeys(LongConsumer out) {
        this.out = out;
    }

    /** Emits the keys of a frame, some perhaps twice. */
    void of(Frame frame) {
        carriedWallMs = 0;
        if (frame.isBatch()) {
            out.accept(IndexKey.BATCH);
        } else if (frame.isEntry()) {
            Mentions.read(frame.type(), frame.version(), frame.payload(), this);
        }
    }

    /** If the last frame carried a message forward: when that was stored first; else 0. */
    long carriedWallMs() {
        return carriedWallMs;
    }

    @Override
    public void position(long position) {
        out.accept(IndexKey.ofPosition(position));
    }

    @Override
    public void id(Span id) {
        out.accept(IndexKey.ofId(id));
    }

    @Override
    public void stored(Span id, Span topic, @Nullable Span key) {
        out.accept(IndexKey.ofId(id));
        out.accept(IndexKey.ofTopic(topic));
        if (key != null) {
            key(topic, key);
            eachKey(topic, key);
        }
    }

    private void key(Span topic, Span key) {
        out.accept(IndexKey.ofKey(key));
        out.accept(IndexKey.ofTopicAndKey(topic, key));
    }

    /** Indexes each of several keys; all together, as they were sent, are one more key. */
    private void eachKey(Span topic, Span keys) {
        int from = 0;
        int count = 0;
        for (int at = 0; at <= keys.length() && count < MAX_KEYS; at++) {
            boolean ends = at == keys.length() || keys.get(at) == Message.KEY_SEPARATOR;
            if (ends && at > from && at - from < keys.length()) {
                key(topic, keys.part(from, at));
                count++;
            }
            from = ends ? at + 1 : from;
        }
    }

    @Override
    public void carried(Span id, Span topic, @Nullable Span key, long wallMs) {
        stored(id, topic, key);
        carriedWallMs = wallMs;
    }
}
