package io.pledgemq.server.access;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RocketMQ's {@code authorization} header, in the spellings of all official clients:
 *
 * <pre>
 * MQv2-HMAC-SHA1 Credential=AK, SignedHeaders=x-mq-date-time, Signature=HEX           Java, C#, Node, Python, Rust
 * MQv2-HMAC-SHA1 Credential=AK//Rocketmq, SignedHeaders=x-mq-date-time, Signature=hex     Go
 * MQv2-HMAC-SHA1 Credential=AK/region/RocketMQ, SignedHeaders=x-mq-date-time, Signature=HEX   C++
 * </pre>
 *
 * Blanks around commas, the case of field names and of hex digits do not matter; an unknown, missing or repeated field
 * does.
 *
 * @param accessKey the text before the first slash of the credential
 * @param signatureHex HMAC-SHA1 of the value of x-mq-date-time, 40 hex digits of either case
 */
record MqSignature(String accessKey, String signatureHex) {

    /** Longest header looked at, in characters. */
    static final int MAX_HEADER_LENGTH = 1024;

    private static final String SCHEME = "MQv2-HMAC-SHA1";
    private static final int SIGNATURE_HEX_LENGTH = 40;
    private static final List<String> FIELDS = List.of("Credential", "SignedHeaders", "Signature");

    /** Returns the parts, or nothing if the header is not of the form. */
    static Optional<MqSignature> parse(String header) {
        if (header.length() > MAX_HEADER_LENGTH) {
            return Optional.empty();
        }
        String text = header.strip();
        int end = text.indexOf(' ');
        if (end < 0 || !text.substring(0, end).equalsIgnoreCase(SCHEME)) {
            return Optional.empty();
        }
        @Nullable String[] values = new @Nullable String[FIELDS.size()];
        for (String part : text.substring(end).split(",", -1)) {
            if (!put(part, values)) {
                return Optional.empty();
            }
        }
        return of(values[0], values[1], values[2]);
    }

    private static boolean put(String part, @Nullable String[] values) {
        int equals = part.indexOf('=');
        if (equals < 0) {
            return false;
        }
        String name = part.substring(0, equals).strip();
        for (int i = 0; i < values.length; i++) {
            if (FIELDS.get(i).equalsIgnoreCase(name)) {
                boolean first = values[i] == null;
                values[i] = part.substring(equals + 1).strip();
                return first;
            }
        }
        return false;
    }

    private static Optional<MqSignature> of(
            @Nullable String credential, @Nullable String signedHeaders, @Nullable String signature) {
        if (credential == null || signature == null || !"x-mq-date-time".equalsIgnoreCase(signedHeaders)) {
            return Optional.empty();
        }
        int slash = credential.indexOf('/');
        String accessKey = slash < 0 ? credential : credential.substring(0, slash);
        if (accessKey.isEmpty() || signature.length() != SIGNATURE_HEX_LENGTH || !hex(signature)) {
            return Optional.empty();
        }
        return Optional.of(new MqSignature(accessKey, signature));
    }

    private static boolean hex(String text) {
        return text.chars().allMatch(HexFormat::isHexDigit);
    }

    @Override
    public String toString() {
        return "MqSignature";
    }
}
