package io.pledgemq.server.filter;

import io.pledgemq.server.filter.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Splits an SQL92 expression into tokens. Names are ASCII letters, digits, '_' and '$'; reserved words are reserved in
 * any case; strings contain anything, a quote doubled.
 */
final class SqlLexer {
    static final String LANGUAGE = "SQL92";

    private static final Set<String> RESERVED = Set.of(
            "NOT", "AND", "OR", "BETWEEN", "IN", "TRUE", "FALSE", "NULL", "IS", "CONTAINS", "STARTSWITH", "ENDSWITH");
    private static final String BLANKS = " \t\n\r\f";
    private static final String SIGNS = "=<>(),+-";

    private final String expression;
    private int at;

    private SqlLexer(String expression) {
        this.expression = expression;
    }

    /** Ends with exactly one END. */
    static List<SqlToken> tokens(String expression) throws IllegalFilterException {
        SqlLexer lexer = new SqlLexer(expression);
        List<SqlToken> tokens = new ArrayList<>();
        SqlToken token;
        do {
            token = lexer.next();
            tokens.add(token);
        } while (token.kind() != Kind.END);
        return tokens;
    }

    private SqlToken next() throws IllegalFilterException {
        while (at < expression.length() && BLANKS.indexOf(expression.charAt(at)) >= 0) {
            at++;
        }
        if (at == expression.length()) {
            return new SqlToken(Kind.END, "", at);
        }
        char c = expression.charAt(at);
        if (c == '\'') {
            return string();
        }
        if (isDigit(c) || (c == '.' && Decimal.end(expression, at) > 0)) {
            return number();
        }
        if (isNameStart(c)) {
            return word();
        }
        if (SIGNS.indexOf(c) >= 0) {
            return sign();
        }
        throw foreign(c);
    }

    private SqlToken string() throws IllegalFilterException {
        int start = at++;
        StringBuilder text = new StringBuilder();
        while (at < expression.length()) {
            char c = expression.charAt(at++);
            if (c != '\'') {
                text.append(c);
            } else if (at < expression.length() && expression.charAt(at) == '\'') {
                text.append(c);
                at++;
            } else {
                return new SqlToken(Kind.STRING, text.toString(), start);
            }
        }
        throw illegal(start, "a string is never closed, beginning", "end it with ', and write a quote inside it as ''");
    }

    private SqlToken number() throws IllegalFilterException {
        int start = at;
        at = Decimal.end(expression, start);
        String text = expression.substring(start, at);
        if (text.length() > Filters.MAX_NUMBER_LENGTH) {
            throw illegal(
                    start,
                    "a number of more than " + Filters.MAX_NUMBER_LENGTH + " characters",
                    "shorten it, or compare with a string");
        }
        // 12L is how Java's users write a long.
        if (at < expression.length() && "lL".indexOf(expression.charAt(at)) >= 0 && isWhole(text)) {
            at++;
        }
        if (at < expression.length() && (isNamePart(expression.charAt(at)) || expression.charAt(at) == '.')) {
            throw illegal(
                    at,
                    "'" + IllegalFilterException.shown(String.valueOf(expression.charAt(at))) + "' inside a number",
                    "write numbers like 7, 0.5 or 6e-3 (an exponent of at most 4 digits), and put names and strings apart");
        }
        return new SqlToken(Kind.NUMBER, text, start);
    }

    private SqlToken word() {
        int start = at;
        while (at < expression.length() && isNamePart(expression.charAt(at))) {
            at++;
        }
        String text = expression.substring(start, at);
        String upper = text.toUpperCase(Locale.ROOT);
        return RESERVED.contains(upper) ? new SqlToken(Kind.WORD, upper, start) : new SqlToken(Kind.NAME, text, start);
    }

    private SqlToken sign() throws IllegalFilterException {
        int start = at;
        boolean two =
                expression.startsWith("<>", at) || expression.startsWith("<=", at) || expression.startsWith(">=", at);
        at += two ? 2 : 1;
        if (expression.startsWith("==", start)) {
            throw illegal(start, "'=='", "write '=' for equal");
        }
        if (expression.startsWith("--", start)) {
            throw illegal(start, "a comment", "leave comments out; before a number write one sign");
        }
        return new SqlToken(Kind.SIGN, expression.substring(start, at), start);
    }

    private IllegalFilterException foreign(char c) {
        if (c == '%') {
            return illegal(at, "'%'", "properties that begin with '%' are the server's own, filter by another");
        }
        if (c == '"') {
            return illegal(at, "'\"'", "put strings in single quotes, and names in none");
        }
        if (c == '!') {
            return illegal(at, "'!'", "write '<>' for not equal, and NOT for not");
        }
        if (c == '*' || c == '/') {
            return illegal(at, "'" + c + "'", "there is neither arithmetic nor comments, compare plain values");
        }
        if (Character.isISOControl(c)) {
            return illegal(at, "control character " + String.format(Locale.ROOT, "U+%04X", (int) c), "remove it");
        }
        String shown = IllegalFilterException.shown(
                new StringBuilder().appendCodePoint(expression.codePointAt(at)).toString());
        return illegal(
                at,
                "'" + shown + "'",
                "names are made of a-z, A-Z, 0-9, '_' and '$' and begin with no digit; strings stand in single quotes");
    }

    private static boolean isWhole(String number) {
        return number.chars().allMatch(c -> isDigit((char) c));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || isDigit(c);
    }

    private static IllegalFilterException illegal(int offset, String what, String whatToDo) {
        return IllegalFilterException.at(offset, LANGUAGE, what, whatToDo);
    }
}
