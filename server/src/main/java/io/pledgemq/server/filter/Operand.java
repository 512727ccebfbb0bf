package io.pledgemq.server.filter;

import io.pledgemq.engine.command.Message;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Something in an SQL92 expression that has a value for each message: a {@link String}, a {@link BigDecimal}, a
 * {@link Boolean}, or null for NULL.
 *
 * <p>Properties are texts. A text compared with a number is taken as a number, with a boolean as {@code true} in any
 * case or else as false. What cannot be compared, like {@code abc > 5}, is unknown, as is every comparison with NULL:
 * so neither it nor its negation accepts a message.
 */
sealed interface Operand permits Operand.Literal, Operand.Property, Condition {
    @Nullable
    Object value(Message message);

    /** What is written out; null is the literal NULL. */
    record Literal(@Nullable Object value) implements Operand {
        @Override
        public @Nullable Object value(Message message) {
            return value;
        }
    }

    /**
     * A user property, or one of the system's: {@code TAGS} the tag, {@code KEYS} the key, {@code __SHARDINGKEY} the
     * message group. NULL if the message has none. The server's own, which begin with '%', cannot be written as a name.
     */
    record Property(String name) implements Operand {
        @Override
        public @Nullable String value(Message message) {
            return switch (name) {
                case "TAGS" -> message.tag();
                case "KEYS" -> message.key();
                case "__SHARDINGKEY" -> message.messageGroup();
                default -> message.properties().get(name);
            };
        }
    }
}
