package io.pledgemq.server.access;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;

/**
 * The time in {@code x-mq-date-time}. Java, Go, Python and C# write local time with a letter Z that does not mean UTC;
 * Node and C++ write UTC the same way; Rust writes RFC 3339 with its offset. So a time of the first form can be off by
 * any time zone (14 hours to either side), and a window that accepts all clients cannot be narrower than that.
 */
final class MqDateTime {

    /** Longest value looked at, in characters. */
    static final int MAX_LENGTH = 64;

    /** Distance from this server's clock that all clients in all time zones keep: 14 hours and one for bad clocks. */
    static final Duration ANY_ZONE = Duration.ofHours(15);

    /** Distance for users with strict time, whose clients send UTC or an offset. */
    static final Duration STRICT = Duration.ofMinutes(5);

    private static final DateTimeFormatter COMPACT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    private MqDateTime() {}

    /** Returns the instant that is meant if the letter Z means UTC; nothing for other forms. */
    static Optional<Instant> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            if (text.endsWith("Z") && text.indexOf('-') < 0) {
                return Optional.of(LocalDateTime.parse(text, COMPACT).toInstant(ZoneOffset.UTC));
            }
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Returns whether the two instants are at most this far apart. */
    static boolean within(Duration window, Instant a, Instant b) {
        return Duration.between(a, b).abs().compareTo(window) <= 0;
    }
}
