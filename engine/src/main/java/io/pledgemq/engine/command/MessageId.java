package io.pledgemq.engine.command;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The id that a sender gives a message, and the 128 bits under which the engine stores it.
 *
 * <p>A canonical lower-case UUID keeps its own bits; any other text is stored as the first 128 bits of its SHA-256, so
 * that two different ids stay distinct even if a sender tries to make them collide.
 *
 * @param text 1 to {@link #MAX_LENGTH} visible ASCII characters
 * @param high upper half of the 128 bits
 * @param low lower half of the 128 bits
 */
public record MessageId(String text, long high, long low) {
    /** Longest id; official RocketMQ 5 clients use 34 characters, a UUID has 36. */
    public static final int MAX_LENGTH = 64;

    private static final int UUID_LENGTH = 36;

    /**
     * Reads an id.
     *
     * @throws IllegalArgumentException if it is empty, too long or holds anything but visible ASCII
     */
    public static MessageId of(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "message id must have 1 to " + MAX_LENGTH + " characters, it has " + text.length());
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~') {
                throw new IllegalArgumentException("message id must hold visible ASCII only, character " + (i + 1)
                        + " is U+" + Integer.toHexString(c));
            }
        }
        if (looksLikeUuid(text)) {
            UUID uuid = UUID.fromString(text);
            return new MessageId(text, uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
        }
        ByteBuffer digest = ByteBuffer.wrap(sha256().digest(text.getBytes(StandardCharsets.US_ASCII)));
        return new MessageId(text, digest.getLong(), digest.getLong());
    }

    private static boolean looksLikeUuid(String text) {
        if (text.length() != UUID_LENGTH) {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (dash ? c != '-' : !hex) {
                return false;
            }
        }
        return true;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Same 128 bits, same message. */
    public boolean sameAs(MessageId other) {
        return high == other.high && low == other.low;
    }

    @Override
    public String toString() {
        return text;
    }
}
