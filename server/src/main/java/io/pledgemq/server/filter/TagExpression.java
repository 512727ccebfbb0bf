package io.pledgemq.server.filter;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * {@code tag || tag ...}: blanks around a tag do not count, blanks inside it do; tags are case-sensitive; between two
 * {@code ||} there may be nothing, as in RocketMQ.
 *
 * <p>What RocketMQ takes and no message can match is refused, so that nobody waits for messages in vain: a single
 * {@code |}, control characters, and {@code *} beside other tags.
 */
final class TagExpression {
    private static final String LANGUAGE = "TAG";

    private TagExpression() {}

    /** The tags of an expression that is neither blank nor {@code *}; at least one. */
    static Set<String> parse(String expression) throws IllegalFilterException {
        Set<String> tags = new LinkedHashSet<>();
        int from = 0;
        while (from <= expression.length()) {
            int bar = expression.indexOf("||", from);
            int to = bar < 0 ? expression.length() : bar;
            String tag = tag(expression, from, to);
            if (!tag.isEmpty()) {
                tags.add(tag);
            }
            if (tags.size() > Filters.MAX_TAGS) {
                throw IllegalFilterException.at(
                        from,
                        LANGUAGE,
                        "more than " + Filters.MAX_TAGS + " tags",
                        "subscribe with fewer tags, or with '*'");
            }
            from = to + 2;
        }
        if (tags.isEmpty()) {
            throw IllegalFilterException.at(0, LANGUAGE, "no tag", "write one, or only '*' for all messages");
        }
        return tags;
    }

    private static String tag(String expression, int start, int end) throws IllegalFilterException {
        String part = expression.substring(start, end);
        String tag = part.strip();
        int from = start + part.indexOf(tag);
        int to = from + tag.length();
        for (int i = from; i < to; i++) {
            char c = expression.charAt(i);
            if (Character.isISOControl(c)) {
                String code = String.format(Locale.ROOT, "U+%04X", (int) c);
                throw IllegalFilterException.at(i, LANGUAGE, "control character " + code, "remove it");
            }
            if (c == '|') {
                throw IllegalFilterException.at(i, LANGUAGE, "a single '|'", "separate tags with '||'");
            }
        }
        if (tag.equals("*")) {
            throw IllegalFilterException.at(
                    from, LANGUAGE, "'*' among other tags", "write only '*' for all messages, or leave it out");
        }
        return tag;
    }
}
