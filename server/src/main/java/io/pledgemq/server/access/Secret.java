package io.pledgemq.server.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a user proves to know. It is kept in plaintext, not hashed: RocketMQ's signature is an HMAC, and checking one
 * needs the secret itself. Who reads the users' file or this process's memory therefore has the secrets; the file's
 * mode is the protection.
 *
 * <p>Prints as stars. Has no {@code equals}: comparing is {@link SecretCheck}'s job, in constant time.
 */
final class Secret {

    /** Shortest secret accepted, in characters; shorter ones are guessed in no time. */
    static final int MIN_LENGTH = 8;

    /** Longest secret accepted, in bytes of UTF-8. */
    static final int MAX_BYTES = 256;

    private static final int SHA1_BLOCK_BYTES = 64;

    private final SecretKeySpec signingKey;
    private final byte[] digest;

    private Secret(byte[] bytes) {
        // An HMAC hashes keys longer than a block at each use; doing it here makes all users cost the same.
        byte[] key = bytes.length > SHA1_BLOCK_BYTES ? Digests.of("SHA-1").digest(bytes) : bytes;
        this.signingKey = new SecretKeySpec(key, "HmacSHA1");
        this.digest = Digests.of("SHA-256").digest(bytes);
    }

    /** Returns the secret of this text in UTF-8, as official clients encode it; throws if {@link #fits} is false. */
    static Secret of(String text) {
        if (!fits(text)) {
            throw new IllegalArgumentException("a secret has " + MIN_LENGTH + " characters to " + MAX_BYTES
                    + " bytes, none of them a control character");
        }
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns whether the text can be a secret: long enough, not too long, no control character. */
    static boolean fits(String text) {
        return text.length() >= MIN_LENGTH
                && text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES
                && text.chars().noneMatch(Character::isISOControl);
    }

    /** Returns the key of HMAC-SHA1 with this secret. */
    SecretKeySpec signingKey() {
        return signingKey;
    }

    /** Returns the key of {@link CallProof} with this secret. */
    byte[] callKey() {
        return digest.clone();
    }

    /** Returns whether this secret has the given SHA-256; constant time. */
    boolean hasDigest(byte[] sha256) {
        return MessageDigest.isEqual(digest, sha256);
    }

    @Override
    public String toString() {
        return "***";
    }
}
