package io.pledgemq.server.access;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tickets for calls that prove a secret. Each is good for a minute in the process that gave it out, and nothing is
 * remembered of it.
 *
 * <pre>
 * 8 bytes   nanoseconds of this process's clock
 * 16 bytes  random
 * 16 bytes  of the HMAC-SHA256 over these, with a key that only this process has
 * </pre>
 */
final class Tickets {
    static final Duration GOOD_FOR = Duration.ofMinutes(1);

    private static final int RANDOM_BYTES = 16;
    private static final int SIGNED_BYTES = Long.BYTES + RANDOM_BYTES;
    private static final int MAC_BYTES = 16;
    private static final int KEY_BYTES = 32;

    private final SecureRandom random;
    private final LongSupplier nanos;
    private final SecretKeySpec key;

    Tickets(SecureRandom random, LongSupplier nanos) {
        this.random = random;
        this.nanos = nanos;
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, "HmacSHA256");
    }

    String next() {
        byte[] noise = new byte[RANDOM_BYTES];
        random.nextBytes(noise);
        byte[] signed = ByteBuffer.allocate(SIGNED_BYTES)
                .putLong(nanos.getAsLong())
                .put(noise)
                .array();
        byte[] ticket = Arrays.copyOf(signed, SIGNED_BYTES + MAC_BYTES);
        System.arraycopy(mac(signed), 0, ticket, SIGNED_BYTES, MAC_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ticket);
    }

    boolean good(String ticket) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(ticket);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (bytes.length != SIGNED_BYTES + MAC_BYTES) {
            return false;
        }
        byte[] signed = Arrays.copyOf(bytes, SIGNED_BYTES);
        boolean ours =
                MessageDigest.isEqual(mac(signed), Arrays.copyOfRange(bytes, SIGNED_BYTES, SIGNED_BYTES + MAC_BYTES));
        return ours && nanos.getAsLong() - ByteBuffer.wrap(signed).getLong() < GOOD_FOR.toNanos();
    }

    private byte[] mac(byte[] signed) {
        Mac mac = Digests.mac("HmacSHA256");
        Digests.key(mac, key);
        return Arrays.copyOf(mac.doFinal(signed), MAC_BYTES);
    }
}
