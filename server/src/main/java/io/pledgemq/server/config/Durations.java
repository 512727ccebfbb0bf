package io.pledgemq.server.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as a user writes them: a whole number and one unit. */
final class Durations {

    static final String ACCEPTED = "a whole number with a unit: ms, s, m, h or d, such as 30s";

    private static final String[] UNITS = {"ms", "s", "m", "h", "d"};
    private static final long[] UNIT_MS = {1, 1_000, 60_000, 3_600_000, 86_400_000};
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s?(ms|s|m|h|d)");

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException if it is not a whole number with a unit
     */
    static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a duration: " + text + "; expected " + ACCEPTED);
        }
        int unit = 0;
        while (!UNITS[unit].equals(matcher.group(2))) {
            unit++;
        }
        return Duration.ofMillis(Math.multiplyExact(Long.parseLong(matcher.group(1)), UNIT_MS[unit]));
    }

    /** The shortest exact form of a duration of whole milliseconds; {@link #parse} reads it back. */
    static String text(Duration duration) {
        long ms = duration.toMillis();
        if (ms == 0) {
            return "0s";
        }
        int unit = UNITS.length - 1;
        while (ms % UNIT_MS[unit] != 0) {
            unit--;
        }
        return ms / UNIT_MS[unit] + UNITS[unit];
    }
}
