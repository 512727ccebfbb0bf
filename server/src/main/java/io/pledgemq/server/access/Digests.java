package io.pledgemq.server.access;

import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;

/** The hash functions that every Java runtime has, without their checked exceptions. */
final class Digests {

    private Digests() {}

    static MessageDigest of(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no " + algorithm + "; use a complete JDK 17", e);
        }
    }

    static Mac mac(String algorithm) {
        try {
            return Mac.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no " + algorithm + "; use a complete JDK 17", e);
        }
    }

    static void key(Mac mac, Key key) {
        try {
            mac.init(key);
        } catch (InvalidKeyException e) {
            // No cause: nothing that was near a key goes into a stack trace.
            throw new IllegalStateException("a key does not fit " + mac.getAlgorithm());
        }
    }
}
