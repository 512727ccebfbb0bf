package io.pledgemq.server.access;

import java.util.regex.Pattern;

/**
 * Names of topics or groups: one name, all that begin alike ({@code orders-*}), or all ({@code *}). A star stands at
 * the end only, so that matching costs one comparison and nobody can write an expensive pattern.
 */
final class NamePattern {

    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9_%|.-]{0,127}\\*|[A-Za-z0-9_%|.-]{1,127}");

    private final String text;
    private final String fixed;
    private final boolean open;

    NamePattern(String text) {
        if (!wellFormed(text)) {
            throw new IllegalArgumentException("not a name pattern");
        }
        this.text = text;
        this.open = text.endsWith("*");
        this.fixed = open ? text.substring(0, text.length() - 1) : text;
    }

    static boolean wellFormed(String text) {
        return WELL_FORMED.matcher(text).matches();
    }

    boolean matches(String name) {
        return open ? name.startsWith(fixed) : name.equals(fixed);
    }

    @Override
    public String toString() {
        return text;
    }
}
