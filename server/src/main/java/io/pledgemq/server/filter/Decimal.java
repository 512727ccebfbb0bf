package io.pledgemq.server.filter;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as text, in expressions and in properties: {@code 7}, {@code -0.5}, {@code 5.}, {@code .5}, {@code 6e-3}.
 * Exact, so that ids near 2^63 differ from their neighbours. Only ASCII digits; no NaN, no hexadecimal, no blanks.
 */
final class Decimal {
    private static final int MAX_EXPONENT_DIGITS = 4;

    private Decimal() {}

    /** Null if the whole text is not a number, or longer than {@link Filters#MAX_NUMBER_LENGTH}. */
    static @Nullable BigDecimal of(String text) {
        if (text.isEmpty() || text.length() > Filters.MAX_NUMBER_LENGTH) {
            return null;
        }
        int start = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
        return end(text, start) == text.length() ? new BigDecimal(text) : null;
    }

    /** Where the number without a sign that begins at {@code from} ends; -1 if none begins there. */
    static int end(String text, int from) {
        int whole = digits(text, from);
        int end = whole;
        int count = whole - from;
        if (is(text, whole, '.')) {
            end = digits(text, whole + 1);
            count += end - whole - 1;
        }
        return count == 0 ? -1 : exponent(text, end);
    }

    private static int exponent(String text, int at) {
        if (!is(text, at, 'e') && !is(text, at, 'E')) {
            return at;
        }
        int from = is(text, at + 1, '+') || is(text, at + 1, '-') ? at + 2 : at + 1;
        int end = digits(text, from);
        // A larger exponent stays outside, so that the text as a whole is no number.
        return end == from || end - from > MAX_EXPONENT_DIGITS ? at : end;
    }

    private static int digits(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }

    private static boolean is(String text, int at, char c) {
        return at < text.length() && text.charAt(at) == c;
    }
}
