package io.pledgemq.server.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written with its unit: {@code 512B}, {@code 16KiB}, {@code 64MiB}, {@code 10GiB}, {@code 1TiB}. A
 * unit is 1024 of the next smaller one. Immutable.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

    static final String ACCEPTED = "a whole number with a unit: B, KiB, MiB, GiB or TiB, such as 64MiB";

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final int UNIT_BITS = 10;
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s?([A-Za-z]+)");

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is at least 0 bytes, not " + bytes);
        }
    }

    /**
     * Reads a size as a user writes it; the unit's case does not matter.
     *
     * @throws IllegalArgumentException if it is not a whole number with a unit, or more than a long holds
     */
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            for (int unit = 0; unit < UNITS.length; unit++) {
                long count = Long.parseLong(matcher.group(1));
                int shift = unit * UNIT_BITS;
                if (UNITS[unit].equalsIgnoreCase(matcher.group(2)) && count <= Long.MAX_VALUE >> shift) {
                    return new ByteSize(count << shift);
                }
            }
        }
        throw new IllegalArgumentException("not a size: " + text + "; expected " + ACCEPTED);
    }

    /**
     * The number of bytes where an int is needed.
     *
     * @throws ArithmeticException if an int does not hold it
     */
    public int intBytes() {
        return Math.toIntExact(bytes);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The shortest exact form; {@link #parse} reads it back. */
    @Override
    public String toString() {
        int unit = 0;
        while (bytes != 0 && unit + 1 < UNITS.length && (bytes >> (unit * UNIT_BITS)) % (1 << UNIT_BITS) == 0) {
            unit++;
        }
        return String.format(Locale.ROOT, "%d%s", bytes >> (unit * UNIT_BITS), UNITS[unit]);
    }
}
