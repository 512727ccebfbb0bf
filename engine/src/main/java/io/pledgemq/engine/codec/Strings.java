package io.pledgemq.engine.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Text in a payload: i32 length in bytes (-1 = null), then UTF-8. */
final class Strings {
    private static final int NULL = -1;

    private Strings() {}

    static int maxBytes(@Nullable String text) {
        return Integer.BYTES + (text == null ? 0 : text.length() * 3);
    }

    static void put(ByteBuffer out, @Nullable String text) {
        if (text == null) {
            out.putInt(NULL);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length).put(bytes);
    }

    static @Nullable String getNullable(ByteBuffer in) {
        int length = in.getInt();
        if (length == NULL) {
            return null;
        }
        byte[] bytes = Bytes.get(in, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static String get(ByteBuffer in) {
        String text = getNullable(in);
        if (text == null) {
            throw new IllegalArgumentException("a text that must be there is null");
        }
        return text;
    }

    static void skip(ByteBuffer in) {
        int length = in.getInt();
        if (length != NULL) {
            in.position(in.position() + Bytes.bounded(in, length));
        }
    }
}
