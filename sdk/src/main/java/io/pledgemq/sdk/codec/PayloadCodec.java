package io.pledgemq.sdk.codec;

import java.io.IOException;

/** Turns payloads into bytes and back. {@code byte[]} payloads never reach it. Must be safe for use by many threads. */
public interface PayloadCodec {
    /** Encodes; an {@code IOException} says that the payload cannot be written, and the send is refused. */
    byte[] encode(Object payload) throws IOException;

    /**
     * Decodes; an {@code IOException} says that the bytes are no {@code type}: a dead letter at once. What else it
     * throws is a failed attempt.
     */
    <T> T decode(byte[] body, Class<T> type) throws IOException;

    /** As {@link #decode(byte[], Class)}, for a type that may have type arguments. */
    @SuppressWarnings("unchecked")
    default <T> T decode(byte[] body, PayloadType<T> type) throws IOException {
        if (type.type() instanceof Class<?> plain) {
            return (T) decode(body, plain);
        }
        throw new IOException("the codec " + getClass().getName() + " reads no types with type arguments, actual "
                + type + ": implement decode(byte[], PayloadType) there");
    }
}
