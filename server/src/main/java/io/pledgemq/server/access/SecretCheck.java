package io.pledgemq.server.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.LongAdder;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a caller proves with a secret. A user that does not exist costs exactly the work of a wrong secret: the
 * comparison is then made with a secret that nobody knows. Safe for all threads.
 */
final class SecretCheck {

    private static final int NOBODYS_BYTES = 20;

    private final ThreadLocal<Mac> sha1 = ThreadLocal.withInitial(() -> Digests.mac("HmacSHA1"));
    private final ThreadLocal<MessageDigest> sha256 = ThreadLocal.withInitial(() -> Digests.of("SHA-256"));
    private final LongAdder hashedBytes = new LongAdder();
    private final Secret nobodys;

    SecretCheck(SecureRandom random) {
        byte[] bytes = new byte[NOBODYS_BYTES];
        random.nextBytes(bytes);
        this.nobodys = Secret.of(HexFormat.of().formatHex(bytes));
    }

    /** Returns whether the signature is HMAC-SHA1 of the text with this secret; never for a null secret. */
    boolean signed(@Nullable Secret secret, String text, String signatureHex) {
        byte[] expected = sign(secret == null ? nobodys : secret, text);
        boolean same = MessageDigest.isEqual(expected, HexFormat.of().parseHex(signatureHex));
        return secret != null && same;
    }

    /** Returns whether the text is this secret; never for a null secret. */
    boolean knows(@Nullable Secret secret, String text) {
        boolean same = (secret == null ? nobodys : secret).hasDigest(digest(text));
        return secret != null && same;
    }

    /** Returns whether the text is the proof of a call with this secret; never for a null secret. */
    boolean proves(@Nullable Secret secret, CallProof.Call call, String proof) {
        boolean same = CallProof.same(CallProof.callProof((secret == null ? nobodys : secret).callKey(), call), proof);
        return secret != null && same;
    }

    private byte[] sign(Secret secret, String text) {
        Mac mac = sha1.get();
        Digests.key(mac, secret.signingKey());
        return mac.doFinal(counted(text));
    }

    private byte[] digest(String text) {
        return sha256.get().digest(counted(text));
    }

    private byte[] counted(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        hashedBytes.add(bytes.length);
        return bytes;
    }

    /** Returns how many bytes were hashed so far; equal callers' work shows as equal steps of it. */
    long hashedBytes() {
        return hashedBytes.sum();
    }
}
