package io.pledgemq.server.filter;

/**
 * One word of an SQL92 expression.
 *
 * @param text a word in upper case, a name as written, a string without its quotes, or the sign
 * @param offset its first character in the expression, from 0
 */
record SqlToken(Kind kind, String text, int offset) {
    enum Kind {
        /** A reserved word. */
        WORD,
        NAME,
        STRING,
        NUMBER,
        /** Comparison, parenthesis, comma, plus or minus. */
        SIGN,
        END
    }

    boolean is(Kind wanted, String wantedText) {
        return kind == wanted && text.equals(wantedText);
    }

    /** For messages. */
    String shown() {
        return switch (kind) {
            case END -> "the end of the expression";
            case STRING -> "the string '" + IllegalFilterException.shown(text) + "'";
            default -> "'" + IllegalFilterException.shown(text) + "'";
        };
    }
}
