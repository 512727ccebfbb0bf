package io.pledgemq.faults.access;

import io.pledgemq.faults.raw.Wire;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Clients with a credential, in the spellings of all languages. */
final class Signing {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

    private Signing() {}

    static Wire nobody(String endpoint) {
        return new Wire(endpoint, Map.of("x-mq-client-id", "nobody@" + UUID.randomUUID()));
    }

    static Wire as(String endpoint, String user, String secret) {
        return spelled(endpoint, user, secret, now(), true);
    }

    static String now() {
        return TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    }

    /** @param credential access key, or access key with what Go and C++ put behind it */
    static Wire spelled(String endpoint, String credential, String secret, String time, boolean upper) {
        String hex = hmac(secret, time);
        Map<String, String> headers = new HashMap<>();
        headers.put("x-mq-client-id", credential + "@" + UUID.randomUUID());
        headers.put("x-mq-date-time", time);
        headers.put(
                "authorization",
                "MQv2-HMAC-SHA1 Credential=" + credential + ", SignedHeaders=x-mq-date-time, Signature="
                        + (upper ? hex.toUpperCase(Locale.ROOT) : hex));
        return new Wire(endpoint, headers);
    }

    private static String hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA1", e);
        }
    }
}
