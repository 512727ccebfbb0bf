package io.pledgemq.server.doctor;

import java.util.regex.Pattern;

/**
 * The result of one check.
 *
 * @param check short name, for programs too
 * @param next what to do about it; empty if all is well
 */
public record Finding(String check, Grade grade, String found, String next) {
    private static final Pattern LINES = Pattern.compile("\\n +(?:why|next): +");

    /** How bad it is. */
    public enum Grade {
        OK,
        /** A server runs, but something is not as it should be. */
        WARN,
        /** A server does not start, or does not keep its promise. */
        FAIL
    }

    static Finding ok(String check, String found) {
        return new Finding(check, Grade.OK, found, "");
    }

    static Finding warn(String check, String found, String next) {
        return new Finding(check, Grade.WARN, found, next);
    }

    /** @param told with a message of three lines: what, why and what to do */
    static Finding fail(String check, Exception told) {
        String[] parts = LINES.split(String.valueOf(told.getMessage()), 3);
        String found = parts.length > 1 ? parts[0] + " " + parts[1] : parts[0];
        return fail(check, found, parts.length > 2 ? parts[2] : "see docs/operating.md");
    }

    static Finding fail(String check, String found, String next) {
        return new Finding(check, Grade.FAIL, found, next);
    }
}
