package io.pledgemq.server.filter;

import java.util.Locale;

/** A filter expression is illegal; the message says what is wrong, where, and what to write instead. */
public final class IllegalFilterException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int position;

    IllegalFilterException(String message, int position) {
        super(message);
        this.position = position;
    }

    /** The first character that could not be taken, counted from 1 in UTF-16 units of the expression. */
    public int position() {
        return position;
    }

    /** Names what is wrong; the offset counts from 0. */
    static IllegalFilterException at(int offset, String language, String what, String whatToDo) {
        int position = offset + 1;
        return new IllegalFilterException(
                language + " filter: " + what + " at character " + position + "; " + whatToDo, position);
    }

    /** Nothing of it was looked at. */
    static IllegalFilterException tooLong(String message) {
        return new IllegalFilterException(message, 1);
    }

    /** A piece of somebody's expression, fit to be shown: short, on one line, without control characters. */
    static String shown(String piece) {
        int limit = 24;
        StringBuilder shown = new StringBuilder(limit + 8);
        for (int i = 0; i < Math.min(piece.length(), limit); i++) {
            char c = piece.charAt(i);
            boolean plain = !Character.isISOControl(c) && !Character.isSurrogate(c) && Character.isDefined(c);
            shown.append(
                    plain || isPair(piece, i) ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
        }
        return shown.append(piece.length() > limit ? "..." : "").toString();
    }

    private static boolean isPair(String piece, int i) {
        return (i + 1 < piece.length() && Character.isSurrogatePair(piece.charAt(i), piece.charAt(i + 1)))
                || (i > 0 && Character.isSurrogatePair(piece.charAt(i - 1), piece.charAt(i)));
    }
}
