package io.pledgemq.sdk.jdbc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Makes message ids: UUIDs of version 7 (RFC 9562) in lower case, so that the order of ids, as text, is the order of
 * time. Strictly growing within one instance of this class, even if the clock goes back; between processes the order is
 * as good as their clocks.
 */
public final class MessageIds {
    private static final int COUNTER_BITS = 12;
    private static final int COUNTER_LIMIT = 1 << COUNTER_BITS;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private long lastMs;
    private int counter;

    public MessageIds(Clock clock) {
        this.clock = clock;
    }

    public synchronized String next() {
        long nowMs = clock.millis();
        if (nowMs > lastMs) {
            lastMs = nowMs;
            counter = random.nextInt(COUNTER_LIMIT / 2);
        } else if (++counter == COUNTER_LIMIT) {
            lastMs++;
            counter = 0;
        }
        return compose(lastMs, counter, random.nextLong());
    }

    /** Returns the smallest id of that millisecond: every id made before is smaller. */
    public static String lowestOf(long epochMs) {
        return compose(epochMs, 0, 0);
    }

    /** Returns the time of birth of an id, in ms since 1970; 0 for the empty text. */
    public static long millisOf(String id) {
        return id.isEmpty() ? 0 : UUID.fromString(id).getMostSignificantBits() >>> 16;
    }

    /** Always the same id for the same foreign id and time of birth. For messages whose sender has no PledgeMQ. */
    public static String derived(long bornEpochMs, String foreignId) {
        ByteBuffer hash = ByteBuffer.wrap(sha256(foreignId));
        return compose(bornEpochMs, hash.getShort() & (COUNTER_LIMIT - 1), hash.getLong());
    }

    private static String compose(long epochMs, int counter, long random) {
        long high = (epochMs << 16) | 0x7000 | counter;
        long low = (random & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    static String sha256Hex(String text) {
        return HexFormat.of().formatHex(sha256(text));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256, this one does not", e);
        }
    }
}
