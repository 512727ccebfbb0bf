package io.pledgemq.engine.codec;

import java.nio.ByteBuffer;

/** Reads counted data without trusting the count. */
final class Bytes {
    private Bytes() {}

    /** Returns the length; throws if fewer bytes are left. */
    static int bounded(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException(
                    "length " + length + " does not fit the " + in.remaining() + " bytes that are left");
        }
        return length;
    }

    /** Returns the count; throws if fewer items of that size are left. */
    static int boundedCount(ByteBuffer in, int count, int itemBytes) {
        bounded(in, (int) Math.min(Integer.MAX_VALUE, (long) count * itemBytes));
        return count;
    }

    static byte[] get(ByteBuffer in, int length) {
        byte[] bytes = new byte[bounded(in, length)];
        in.get(bytes);
        return bytes;
    }
}
