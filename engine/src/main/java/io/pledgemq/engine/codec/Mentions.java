package io.pledgemq.engine.codec;

import io.pledgemq.engine.command.CommandType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the messages that a payload is about without decoding the command: a scan of a whole log spends most of its
 * time here. It must agree with {@link CommandCodec}; a test compares them for every type of command.
 */
public final class Mentions {
    private static final byte TAB = '\t';

    private Mentions() {}

    /** Receives what a payload mentions. */
    public interface Sink {
        /** The message that is, or was, at this position of the log. */
        void position(long position);

        /** The message with this id. */
        void id(Span id);

        /** A message that the frame stores for the first time, with the values it can be found by. */
        void stored(Span id, Span topic, @Nullable Span key);

        /**
         * A message that the frame stores again.
         *
         * @param wallMs when it was stored first, as far as is known, else 0
         */
        void carried(Span id, Span topic, @Nullable Span key, long wallMs);
    }

    /**
     * Reads a payload; its position is the same afterwards.
     *
     * @throws IllegalArgumentException or {@link java.nio.BufferUnderflowException} if the bytes are no command that
     *     this version knows
     */
    public static void read(byte type, byte version, ByteBuffer in, Sink sink) {
        CommandType commandType = CommandType.ofCode(type);
        CommandCodec.check(commandType, version);
        int begin = in.position();
        read(commandType, in, sink);
        in.position(begin);
    }

    private static void read(CommandType type, ByteBuffer in, Sink sink) {
        switch (type) {
            case SEND -> stored(in, sink);
            case PREPARE -> {
                Strings.skip(in);
                Strings.skip(in);
                skip(in, 1 + Long.BYTES);
                stored(in, sink);
            }
            case DECIDE, CHECK_AGAIN -> sink.position(in.getLong());
            case RECALL -> sink.id(text(in));
            case ASK_CHECK,
                    ANSWER_UNKNOWN,
                    PARK,
                    SILENT_CHECK,
                    ASK_AGAIN,
                    PUBLISH,
                    ACK,
                    FAIL,
                    EXTEND_LEASE,
                    EXPIRE_LEASE -> {
                in.getInt();
                sink.position(in.getLong());
            }
            case LEASE -> leased(in, sink);
            case SETTLE_DEAD -> settled(in, sink);
            case CARRY_FORWARD -> carried(in, sink);
            case CREATE_TOPIC,
                    DELETE_TOPIC,
                    PUT_GROUP,
                    DELETE_GROUP,
                    PAUSE_GROUP,
                    SUBSCRIBE,
                    UNSUBSCRIBE,
                    MOVE_CURSOR,
                    TRIM -> {}
        }
    }

    private static void stored(ByteBuffer in, Sink sink) {
        sink.stored(text(in), text(in), textOrNull(in));
    }

    private static void leased(ByteBuffer in, Sink sink) {
        in.getInt();
        Strings.skip(in);
        skip(in, 2 * Long.BYTES + 1);
        int fates = Bytes.bounded(in, in.getInt());
        skip(in, fates);
        int again = Bytes.boundedCount(in, in.getInt(), Integer.BYTES);
        skip(in, again * Integer.BYTES);
        for (int left = fates + again; left > 0; left--) {
            sink.position(in.getLong());
        }
    }

    private static void settled(ByteBuffer in, Sink sink) {
        in.getInt();
        sink.position(in.getLong());
        skip(in, 2);
        Strings.skip(in);
        Strings.skip(in);
        if (in.get() != 0) {
            sink.id(text(in));
        }
    }

    private static void carried(ByteBuffer in, Sink sink) {
        skip(in, Long.BYTES + Integer.BYTES);
        skip(in, CarryCodec.PLACE_BYTES * Bytes.boundedCount(in, in.getInt(), CarryCodec.PLACE_BYTES));
        skip(in, Integer.BYTES * Bytes.boundedCount(in, in.getInt(), Integer.BYTES));
        Strings.skip(in);
        int events = in.getInt();
        long wallMs = 0;
        for (int i = 0; i < events; i++) {
            Span line = text(in);
            wallMs = i == 0 ? secondNumber(line) : wallMs;
        }
        sink.carried(text(in), text(in), textOrNull(in), wallMs);
    }

    /** Lines begin with a position and a wall time, each followed by a tab. */
    private static long secondNumber(Span line) {
        int at = 0;
        while (at < line.length() && line.get(at) != TAB) {
            at++;
        }
        long number = 0;
        for (at++; at < line.length() && line.get(at) >= '0' && line.get(at) <= '9'; at++) {
            number = number * 10 + line.get(at) - '0';
        }
        return number;
    }

    private static void skip(ByteBuffer in, int bytes) {
        in.position(in.position() + Bytes.bounded(in, bytes));
    }

    private static Span text(ByteBuffer in) {
        Span text = textOrNull(in);
        if (text == null) {
            throw new IllegalArgumentException("a text that must be there is null");
        }
        return text;
    }

    private static @Nullable Span textOrNull(ByteBuffer in) {
        int at = in.position() + Integer.BYTES;
        int length = in.getInt();
        if (length < 0) {
            return null;
        }
        skip(in, length);
        return new Span(in, at, length);
    }
}
