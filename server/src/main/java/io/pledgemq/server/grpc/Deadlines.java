package io.pledgemq.server.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Parses a call's deadline from gRPC's header: 1 to 8 digits and a unit. The HTTP server enforces it, but does not put
 * it into gRPC's context.
 */
final class Deadlines {
    static final Context.Key<Deadline> KEY = Context.key("pledgemq-deadline");

    private static final Metadata.Key<String> TIMEOUT =
            Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);
    private static final int MOST_DIGITS = 8;

    private Deadlines() {}

    /** Returns the deadline of a call, or null if it has none or an illegal one. */
    static @Nullable Deadline of(Metadata headers) {
        String text = headers.get(TIMEOUT);
        if (text == null || text.length() < 2 || text.length() > MOST_DIGITS + 1) {
            return null;
        }
        TimeUnit unit = unit(text.charAt(text.length() - 1));
        try {
            return unit == null ? null : Deadline.after(Long.parseLong(text, 0, text.length() - 1, 10), unit);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable TimeUnit unit(char letter) {
        return switch (letter) {
            case 'H' -> TimeUnit.HOURS;
            case 'M' -> TimeUnit.MINUTES;
            case 'S' -> TimeUnit.SECONDS;
            case 'm' -> TimeUnit.MILLISECONDS;
            case 'u' -> TimeUnit.MICROSECONDS;
            case 'n' -> TimeUnit.NANOSECONDS;
            default -> null;
        };
    }
}
