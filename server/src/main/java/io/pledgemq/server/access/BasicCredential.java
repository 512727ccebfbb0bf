package io.pledgemq.server.access;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * HTTP Basic (RFC 7617): {@code Basic base64(user:secret)} in UTF-8. The one scheme of the administration over HTTP,
 * because curl, scripts and browsers speak it.
 *
 * @param user text before the first colon
 * @param secret bytes after it
 */
record BasicCredential(String user, byte[] secret) {

    /** Longest header looked at, in characters: user and secret at their longest, in base64, fit twice. */
    static final int MAX_HEADER_LENGTH = 1024;

    private static final String SCHEME = "basic ";

    static Optional<BasicCredential> parse(String header) {
        if (header.length() > MAX_HEADER_LENGTH
                || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Optional.empty();
        }
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        for (int colon = 0; colon < decoded.length; colon++) {
            if (decoded[colon] == ':') {
                byte[] secret = Arrays.copyOfRange(decoded, colon + 1, decoded.length);
                return Optional.of(
                        new BasicCredential(new String(decoded, 0, colon, StandardCharsets.UTF_8), secret));
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "BasicCredential";
    }
}
