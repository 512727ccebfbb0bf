package io.pledgemq.engine.codec;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Encodes a message inside a payload.
 *
 * <pre>
 * text  id
 * text  topic
 * text  key or null
 * text  tag or null
 * text  message group or null
 * i64   wall ms before which it is not delivered, 0 = at once
 * i32   number of properties, then name and value (text) of each
 * i32   length of the body, then the body
 * </pre>
 */
public final class MessageCodec {
    private static final byte[] NO_BODY = {};
    private static final int TWO_EMPTY_TEXTS = 2 * Integer.BYTES;

    private MessageCodec() {}

    static int maxBytes(Message message) {
        int bytes = Strings.maxBytes(message.id().text())
                + Strings.maxBytes(message.topic())
                + Strings.maxBytes(message.key())
                + Strings.maxBytes(message.tag())
                + Strings.maxBytes(message.messageGroup())
                + Long.BYTES
                + 2 * Integer.BYTES
                + message.body().length;
        for (var property : message.properties().entrySet()) {
            bytes += Strings.maxBytes(property.getKey()) + Strings.maxBytes(property.getValue());
        }
        return bytes;
    }

    static void encode(ByteBuffer out, Message message) {
        Strings.put(out, message.id().text());
        Strings.put(out, message.topic());
        Strings.put(out, message.key());
        Strings.put(out, message.tag());
        Strings.put(out, message.messageGroup());
        out.putLong(message.deliverAtMs());
        out.putInt(message.properties().size());
        for (var property : message.properties().entrySet()) {
            Strings.put(out, property.getKey());
            Strings.put(out, property.getValue());
        }
        out.putInt(message.body().length).put(message.body());
    }

    /**
     * Reads a message.
     *
     * @param whole false omits properties and body: a replay needs neither
     */
    static Message decode(ByteBuffer in, boolean whole) {
        MessageId id = MessageId.of(Strings.get(in));
        String topic = Strings.get(in);
        String key = Strings.getNullable(in);
        String tag = Strings.getNullable(in);
        String messageGroup = Strings.getNullable(in);
        long deliverAtMs = in.getLong();
        int count = Bytes.boundedCount(in, in.getInt(), TWO_EMPTY_TEXTS);
        Map<String, String> properties = whole && count > 0 ? new LinkedHashMap<>(count * 2) : Map.of();
        for (int i = 0; i < count; i++) {
            if (whole) {
                properties.put(Strings.get(in), Strings.get(in));
            } else {
                Strings.skip(in);
                Strings.skip(in);
            }
        }
        int length = in.getInt();
        byte[] body = NO_BODY;
        if (whole) {
            body = Bytes.get(in, length);
        } else {
            in.position(in.position() + Bytes.bounded(in, length));
        }
        return new Message(id, topic, key, tag, messageGroup, properties, body, deliverAtMs);
    }
}
