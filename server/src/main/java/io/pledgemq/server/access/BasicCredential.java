package io.pledgemq.server.access;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * HTTP Basic (RFC 7617): {@code Basic base64(user:secret)} in UTF-8. The one scheme of the administration over HTTP,
 * because curl, scripts and browsers speak it.
 *
 * @param user text before the first colon
 * @param secret text after it
 */
record BasicCredential(String user, String secret) {

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
            decoded =
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        String text = new String(decoded, StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        return colon < 0
                ? Optional.empty()
                : Optional.of(new BasicCredential(text.substring(0, colon), text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return "BasicCredential";
    }
}
