package io.pledgemq.server.filter;

import io.pledgemq.engine.command.MessageFilter;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a receiver's filter expression. Stateless; the filters are immutable and may be shared by threads.
 *
 * <p>Both languages give null for "everything", which is the engine's fast path: an empty or blank expression, and
 * {@code *}. {@link FilterCache} is the same with a memory.
 */
public final class Filters {
    /** UTF-16 units of an expression of either language. */
    public static final int MAX_EXPRESSION_LENGTH = 4096;

    /** Tags in one TAG expression. */
    public static final int MAX_TAGS = 128;

    /** Parentheses and NOTs inside one another in one SQL92 expression. */
    public static final int MAX_DEPTH = 32;

    /** Conditions in one SQL92 expression; BETWEEN is two. It bounds what one message costs. */
    public static final int MAX_CONDITIONS = 64;

    /** UTF-16 units of a number, in an expression or in a property. A longer text is not a number. */
    public static final int MAX_NUMBER_LENGTH = 64;

    private Filters() {}

    /**
     * Messages with one of the tags: {@code a || b}. A message without a tag has none of them.
     *
     * @return null: everything
     */
    public static @Nullable MessageFilter tag(String expression) throws IllegalFilterException {
        checkLength("TAG", expression);
        return isEverything(expression) ? null : MessageFilter.tags(TagExpression.parse(expression));
    }

    /**
     * Messages for which the condition is true; neither false nor unknown is enough. The grammar is at
     * {@link SqlParser}, the meaning of values at {@link Operand}.
     *
     * @return null: everything
     */
    public static @Nullable MessageFilter sql92(String expression) throws IllegalFilterException {
        checkLength("SQL92", expression);
        if (isEverything(expression)) {
            return null;
        }
        Condition condition = SqlParser.parse(expression);
        return message -> Boolean.TRUE.equals(condition.holds(message));
    }

    static boolean isEverything(String expression) {
        String bare = expression.strip();
        return bare.isEmpty() || bare.equals("*");
    }

    private static void checkLength(String language, String expression) throws IllegalFilterException {
        if (expression.length() > MAX_EXPRESSION_LENGTH) {
            throw IllegalFilterException.at(
                    MAX_EXPRESSION_LENGTH,
                    language,
                    "the expression has " + expression.length() + " characters, more than " + MAX_EXPRESSION_LENGTH
                            + " allowed, and is too long",
                    "shorten it, or filter by a property made for it");
        }
    }
}
