package io.pledgemq.server.filter;

import org.jspecify.annotations.Nullable;

/**
 * Looks for a text in another, case-sensitively. Whether an empty text is there is unknown, so that neither the match
 * nor its negation accepts, as on RocketMQ.
 *
 * <p>Takes at most two steps per character of the text searched, by the failure table of Knuth, Morris and Pratt:
 * {@link String#contains} multiplies both lengths, which would let one receiver hold up the writer.
 */
final class TextMatch {
    enum Where {
        ANYWHERE,
        AT_START,
        AT_END
    }

    private final Where where;
    private final String wanted;
    private final int[] failure;

    TextMatch(Where where, String wanted) {
        this.where = where;
        this.wanted = wanted;
        this.failure = where == Where.ANYWHERE ? failure(wanted) : new int[0];
    }

    @Nullable
    Boolean in(String text) {
        if (wanted.isEmpty()) {
            return null;
        }
        return switch (where) {
            case ANYWHERE -> contains(text);
            case AT_START -> text.startsWith(wanted);
            case AT_END -> text.endsWith(wanted);
        };
    }

    private boolean contains(String text) {
        int matched = 0;
        for (int i = 0; i < text.length(); i++) {
            matched = longer(matched, text.charAt(i));
            if (matched == wanted.length()) {
                return true;
            }
        }
        return false;
    }

    private int longer(int matched, char next) {
        return longer(wanted, failure, matched, next);
    }

    private static int longer(String wanted, int[] failure, int matched, char next) {
        int length = matched;
        while (length > 0 && wanted.charAt(length) != next) {
            length = failure[length - 1];
        }
        return wanted.charAt(length) == next ? length + 1 : length;
    }

    /** For each prefix of the text: how much of its beginning is also its end, itself excepted. */
    private static int[] failure(String wanted) {
        int[] failure = new int[wanted.length()];
        for (int i = 1; i < wanted.length(); i++) {
            failure[i] = longer(wanted, failure, failure[i - 1], wanted.charAt(i));
        }
        return failure;
    }
}
