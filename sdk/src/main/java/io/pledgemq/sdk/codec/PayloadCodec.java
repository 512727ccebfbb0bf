package io.pledgemq.sdk.codec;

import java.io.IOException;

/** Turns payloads into bytes and back. {@code byte[]} payloads never reach it. Must be safe for use by many threads. */
public interface PayloadCodec {
    /** Encodes; an {@code IOException} says that the payload cannot be written, and the send is refused. */
    byte[] encode(Object payload) throws IOException;

    /** Decodes; an {@code IOException} says that the bytes are no {@code type}: a dead letter at once. */
    <T> T decode(byte[] body, Class<T> type) throws IOException;
}
