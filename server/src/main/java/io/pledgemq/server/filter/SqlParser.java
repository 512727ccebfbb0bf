package io.pledgemq.server.filter;

import io.pledgemq.server.filter.SqlToken.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The SQL92 of RocketMQ's filters, read by recursive descent of bounded depth.
 *
 * <pre>
 * condition  = all { OR all }
 * all        = one { AND one }
 * one        = NOT one | comparison
 * comparison = operand [ (= | &lt;&gt; | &lt; | &lt;= | &gt; | &gt;=) operand
 *                      | IS [NOT] NULL
 *                      | [NOT] BETWEEN operand AND operand
 *                      | [NOT] IN ( string {, string} )
 *                      | [NOT] (CONTAINS | STARTSWITH | ENDSWITH) string ]
 * operand    = name | string | [+ | -] number | TRUE | FALSE | NULL | ( condition )
 * </pre>
 *
 * <p>Where it parts from RocketMQ: NOT binds looser than a comparison, as in SQL; a bare name is true if its text is
 * {@code true}; what follows a complete condition is refused, not ignored; numbers may have any form on either side;
 * comments and chains such as {@code a = b = c} are refused. LIKE is in neither.
 */
final class SqlParser {
    private final List<SqlToken> tokens;
    private int at;
    private int depth;
    private int conditions;

    private SqlParser(List<SqlToken> tokens) {
        this.tokens = tokens;
    }

    static Condition parse(String expression) throws IllegalFilterException {
        SqlParser parser = new SqlParser(SqlLexer.tokens(expression));
        Condition condition = parser.asCondition(parser.condition(), parser.tokens.get(0));
        if (parser.peek().kind() != Kind.END) {
            throw parser.unexpected("the end, AND or OR");
        }
        return condition;
    }

    private Operand condition() throws IllegalFilterException {
        return joined("OR", this::all, Condition.AnyOf::new);
    }

    private Operand all() throws IllegalFilterException {
        return joined("AND", this::one, Condition.AllOf::new);
    }

    private interface Part {
        Operand read() throws IllegalFilterException;
    }

    private Operand joined(String word, Part part, Function<List<Condition>, Condition> join)
            throws IllegalFilterException {
        SqlToken start = peek();
        Operand first = part.read();
        if (!peek().is(Kind.WORD, word)) {
            return first;
        }
        List<Condition> parts = new ArrayList<>();
        parts.add(asCondition(first, start));
        while (skip(Kind.WORD, word)) {
            start = peek();
            parts.add(asCondition(part.read(), start));
        }
        return join.apply(List.copyOf(parts));
    }

    private Operand one() throws IllegalFilterException {
        SqlToken start = peek();
        if (!skip(Kind.WORD, "NOT")) {
            return comparison();
        }
        enter(start);
        SqlToken inner = peek();
        Condition negated = new Condition.Not(asCondition(one(), inner));
        depth--;
        return negated;
    }

    private Operand comparison() throws IllegalFilterException {
        SqlToken start = peek();
        Operand left = operand();
        SqlToken next = peek();
        if (next.kind() == Kind.SIGN) {
            Comparing how = Comparing.of(next.text());
            return how == null ? left : compared(left, start, how);
        }
        if (skip(Kind.WORD, "IS")) {
            return nullTest(left, next);
        }
        boolean not = skip(Kind.WORD, "NOT");
        SqlToken word = peek();
        if (isLike(word)) {
            throw illegal(word, "LIKE is not in this grammar", "use STARTSWITH, ENDSWITH or CONTAINS with a string");
        }
        @Nullable
        Condition condition =
                switch (word.kind() == Kind.WORD ? word.text() : "") {
                    case "BETWEEN" -> between(left, start, not);
                    case "IN" -> in(left, start);
                    case "CONTAINS" -> matching(left, TextMatch.Where.ANYWHERE);
                    case "STARTSWITH" -> matching(left, TextMatch.Where.AT_START);
                    case "ENDSWITH" -> matching(left, TextMatch.Where.AT_END);
                    default -> null;
                };
        if (condition == null) {
            if (not) {
                throw unexpected("BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH after NOT");
            }
            return left;
        }
        return not ? new Condition.Not(condition) : condition;
    }

    private Condition compared(Operand left, SqlToken start, Comparing how) throws IllegalFilterException {
        SqlToken sign = take();
        checkComparable(left, start, how);
        SqlToken rightStart = peek();
        Operand right = operand();
        checkComparable(right, rightStart, how);
        if ((isBoolean(left) && isNumber(right)) || (isNumber(left) && isBoolean(right))) {
            throw illegal(
                    sign, "'" + how.sign() + "' between a boolean and a number", "compare each with its own kind");
        }
        count(sign);
        return new Condition.Comparison(how, left, right);
    }

    private Condition nullTest(Operand left, SqlToken is) throws IllegalFilterException {
        boolean not = skip(Kind.WORD, "NOT");
        if (!skip(Kind.WORD, "NULL")) {
            throw unexpected(not ? "NULL after IS NOT" : "NULL or NOT NULL after IS");
        }
        count(is);
        Condition isNull = new Condition.IsNull(left);
        return not ? new Condition.Not(isNull) : isNull;
    }

    private Condition between(Operand value, SqlToken start, boolean not) throws IllegalFilterException {
        SqlToken word = take();
        checkComparable(value, start, Comparing.LESS);
        Operand low = bound();
        if (!skip(Kind.WORD, "AND")) {
            throw unexpected("AND and the upper bound of BETWEEN");
        }
        Operand high = bound();
        count(word);
        count(word);
        if (!not
                && low instanceof Operand.Literal lowest
                && high instanceof Operand.Literal highest
                && Boolean.TRUE.equals(Comparing.GREATER.holds(lowest.value(), highest.value()))) {
            throw illegal(word, "the lower bound is above the upper one, so nothing is BETWEEN them", "swap them");
        }
        return new Condition.AllOf(List.of(
                new Condition.Comparison(Comparing.GREATER_OR_EQUAL, value, low),
                new Condition.Comparison(Comparing.LESS_OR_EQUAL, value, high)));
    }

    private Operand bound() throws IllegalFilterException {
        SqlToken start = peek();
        Operand bound = operand();
        checkComparable(bound, start, Comparing.LESS);
        return bound;
    }

    private Condition in(Operand left, SqlToken start) throws IllegalFilterException {
        SqlToken word = take();
        if (!(left instanceof Operand.Property property)) {
            throw illegal(start, "no property before IN", "write a property's name there");
        }
        if (!skip(Kind.SIGN, "(")) {
            throw unexpected("'(' and strings after IN");
        }
        Set<String> texts = new HashSet<>();
        do {
            texts.add(string("IN"));
        } while (skip(Kind.SIGN, ","));
        if (!skip(Kind.SIGN, ")")) {
            throw unexpected("',' or ')' in the list of IN");
        }
        count(word);
        return new Condition.In(property, Set.copyOf(texts));
    }

    private Condition matching(Operand left, TextMatch.Where where) throws IllegalFilterException {
        SqlToken word = take();
        count(word);
        return new Condition.Matching(left, new TextMatch(where, string(word.text())));
    }

    private String string(String word) throws IllegalFilterException {
        if (peek().kind() != Kind.STRING) {
            throw unexpected("a string in single quotes for " + word);
        }
        return take().text();
    }

    private Operand operand() throws IllegalFilterException {
        SqlToken token = peek();
        if (token.is(Kind.SIGN, "(")) {
            return parenthesized();
        }
        boolean signed = token.is(Kind.SIGN, "-") || token.is(Kind.SIGN, "+");
        if (signed) {
            at++;
            if (peek().kind() != Kind.NUMBER) {
                throw unexpected("a number after '" + token.text() + "'");
            }
        }
        SqlToken value = peek();
        Operand operand =
                switch (value.kind()) {
                    case NAME -> new Operand.Property(value.text());
                    case STRING -> new Operand.Literal(value.text());
                    case NUMBER -> number(value, token);
                    case WORD -> word(value);
                    case SIGN, END -> throw unexpected("a property, a value or '('");
                };
        at++;
        return operand;
    }

    private static Operand number(SqlToken value, SqlToken sign) {
        BigDecimal number = new BigDecimal(value.text());
        return new Operand.Literal(sign.is(Kind.SIGN, "-") ? number.negate() : number);
    }

    private Operand word(SqlToken word) throws IllegalFilterException {
        return switch (word.text()) {
            case "TRUE" -> new Operand.Literal(true);
            case "FALSE" -> new Operand.Literal(false);
            case "NULL" -> new Operand.Literal(null);
            default -> throw unexpected("a property or a value, which no reserved word can be");
        };
    }

    private Operand parenthesized() throws IllegalFilterException {
        enter(take());
        Operand inside = condition();
        if (!skip(Kind.SIGN, ")")) {
            throw unexpected("')'");
        }
        depth--;
        return inside;
    }

    private Condition asCondition(Operand operand, SqlToken start) throws IllegalFilterException {
        if (operand instanceof Condition condition) {
            return condition;
        }
        if (operand instanceof Operand.Literal literal && (literal.value() instanceof String || isNumber(literal))) {
            throw illegal(start, start.shown() + " begins a value, not a condition,", "compare it with something");
        }
        count(start);
        return new Condition.Truth(operand);
    }

    private static void checkComparable(Operand operand, SqlToken start, Comparing how) throws IllegalFilterException {
        if (operand instanceof Operand.Literal literal && literal.value() == null) {
            throw illegal(start, "NULL compared", "use IS NULL or IS NOT NULL");
        }
        boolean ordered = operand instanceof Operand.Property || isNumber(operand);
        if (how.isOrder() && !ordered) {
            throw illegal(
                    start,
                    start.shown() + " where only a number or a property can be ordered",
                    "use '=' or '<>', or a number without quotes");
        }
    }

    private static boolean isBoolean(Operand operand) {
        return operand instanceof Condition
                || (operand instanceof Operand.Literal literal && literal.value() instanceof Boolean);
    }

    private static boolean isNumber(Operand operand) {
        return operand instanceof Operand.Literal literal && literal.value() instanceof BigDecimal;
    }

    /** LIKE is an ordinary name: only where an operator belongs is it a mistake. */
    private static boolean isLike(SqlToken token) {
        return token.kind() == Kind.NAME && token.text().equalsIgnoreCase("LIKE");
    }

    private void enter(SqlToken token) throws IllegalFilterException {
        if (++depth > Filters.MAX_DEPTH) {
            throw illegal(
                    token,
                    "more than " + Filters.MAX_DEPTH + " parentheses and NOTs inside one another",
                    "remove the superfluous ones");
        }
    }

    private void count(SqlToken token) throws IllegalFilterException {
        if (++conditions > Filters.MAX_CONDITIONS) {
            throw illegal(
                    token,
                    "more than " + Filters.MAX_CONDITIONS + " conditions",
                    "use fewer; many values of one property go into one IN");
        }
    }

    private SqlToken peek() {
        return tokens.get(at);
    }

    private SqlToken take() {
        return tokens.get(at++);
    }

    private boolean skip(Kind kind, String text) {
        boolean there = peek().is(kind, text);
        at += there ? 1 : 0;
        return there;
    }

    private IllegalFilterException unexpected(String wanted) {
        SqlToken found = peek();
        return illegal(found, "found " + found.shown(), "expected " + wanted);
    }

    private static IllegalFilterException illegal(SqlToken where, String what, String whatToDo) {
        return IllegalFilterException.at(where.offset(), SqlLexer.LANGUAGE, what, whatToDo);
    }
}
