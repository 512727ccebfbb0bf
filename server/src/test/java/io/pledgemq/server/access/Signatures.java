package io.pledgemq.server.access;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What clients sign with, for tests of other packages. */
public final class Signatures {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

    private Signatures() {}

    public static String now() {
        return TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    }

    /** The header `authorization`. */
    public static String of(String user, String secret, String time) {
        return Fixture.signed(user, secret, time).authorization().get(0);
    }
}
