package io.pledgemq.engine.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A text inside a payload, given by index and length.
 *
 * @param at index of its first byte
 * @param length in bytes, UTF-8
 */
public record Span(ByteBuffer bytes, int at, int length) {
    public static Span of(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return new Span(ByteBuffer.wrap(utf8), 0, utf8.length);
    }

    /** Its bytes in {@code [from, to)}. */
    public Span part(int from, int to) {
        return new Span(bytes, at + from, to - from);
    }

    /** The byte at an index from 0 to {@link #length}. */
    public byte get(int index) {
        return bytes.get(at + index);
    }
}
