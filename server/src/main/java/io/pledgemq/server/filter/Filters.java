package io.pledgemq.server.filter;

import io.pledgemq.engine.command.MessageFilter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a receiver's filter expression. Stateless; the filters are immutable and may be shared by threads.
 *
 * <p>Both languages give null for "everything", which is the engine's fast path: an empty or blank expression, and
 * {@code *}. {@link FilterCache} is the same with a memory.
 */
public final class Filters {
    /** Bytes of an expression of either language, in UTF-8, if nobody chose another bound. */
    public static final int DEFAULT_EXPRESSION_BYTES = 16 << 10;

    /** Tags in one TAG expression. */
    public static final int MAX_TAGS = 128;

    /** Parentheses and NOTs inside one another in one SQL92 expression. */
    public static final int MAX_DEPTH = 32;

    /** Conditions in one SQL92 expression; BETWEEN is two. It bounds what one message costs. */
    public static final int MAX_CONDITIONS = 64;

    /** UTF-16 units of a number, in an expression or in a property. A longer text is not a number. */
    public static final int MAX_NUMBER_LENGTH = 64;

    private Filters() {}

    /** The same within {@link #DEFAULT_EXPRESSION_BYTES}. */
    static @Nullable MessageFilter tag(String expression) throws IllegalFilterException {
        return tag(expression, DEFAULT_EXPRESSION_BYTES);
    }

    /** The same within {@link #DEFAULT_EXPRESSION_BYTES}. */
    static @Nullable MessageFilter sql92(String expression) throws IllegalFilterException {
        return sql92(expression, DEFAULT_EXPRESSION_BYTES);
    }

    /**
     * Messages with one of the tags: {@code a || b}. A message without a tag has none of them.
     *
     * @param maxBytes of the expression in UTF-8
     * @return null: everything
     */
    static @Nullable MessageFilter tag(String expression, int maxBytes) throws IllegalFilterException {
        checkLength("TAG", expression, maxBytes);
        return isEverything(expression) ? null : MessageFilter.tags(TagExpression.parse(expression));
    }

    /**
     * Messages for which the condition is true; neither false nor unknown is enough. The grammar is at
     * {@link SqlParser}, the meaning of values at {@link Operand}.
     *
     * @param maxBytes of the expression in UTF-8
     * @return null: everything
     */
    static @Nullable MessageFilter sql92(String expression, int maxBytes) throws IllegalFilterException {
        checkLength("SQL92", expression, maxBytes);
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

    private static void checkLength(String language, String expression, int maxBytes) throws IllegalFilterException {
        // A text has as many bytes as characters at least, and a very long one need not be encoded to be refused.
        int bytes = expression.length() > maxBytes
                ? expression.length()
                : expression.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxBytes) {
            throw IllegalFilterException.tooLong(language + " filter: the expression is too long: limits.filter="
                    + maxBytes + " bytes are allowed; shorten it, or filter by a property made for it");
        }
    }
}
