package io.pledgemq.server.filter;

import io.pledgemq.engine.command.Message;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** True, false or, as null, unknown: SQL's three-valued logic. */
sealed interface Condition extends Operand {
    @Nullable
    Boolean holds(Message message);

    @Override
    default @Nullable Object value(Message message) {
        return holds(message);
    }

    private static @Nullable Boolean negated(@Nullable Boolean truth) {
        return truth == null ? null : !truth;
    }

    /** A value where a condition is wanted: {@code paid AND TRUE}. */
    record Truth(Operand operand) implements Condition {
        @Override
        public @Nullable Boolean holds(Message message) {
            return Comparing.EQUAL.holds(operand.value(message), true);
        }
    }

    record Comparison(Comparing how, Operand left, Operand right) implements Condition {
        @Override
        public @Nullable Boolean holds(Message message) {
            return how.holds(left.value(message), right.value(message));
        }
    }

    record IsNull(Operand operand) implements Condition {
        @Override
        public Boolean holds(Message message) {
            return operand.value(message) == null;
        }
    }

    /** Compares texts, not numbers: {@code 7.0} is not in {@code ('7')}. */
    record In(Property property, Set<String> texts) implements Condition {
        @Override
        public @Nullable Boolean holds(Message message) {
            String text = property.value(message);
            return text == null ? null : texts.contains(text);
        }
    }

    /** {@code CONTAINS} and its kin; anything but a text is unknown. */
    record Matching(Operand operand, TextMatch match) implements Condition {
        @Override
        public @Nullable Boolean holds(Message message) {
            return operand.value(message) instanceof String text ? match.in(text) : null;
        }
    }

    record Not(Condition condition) implements Condition {
        @Override
        public @Nullable Boolean holds(Message message) {
            return negated(condition.holds(message));
        }
    }

    /** AND: false if one is false, else unknown if one is unknown. */
    record AllOf(List<Condition> conditions) implements Condition {
        @Override
        public @Nullable Boolean holds(Message message) {
            return decided(conditions, message, false);
        }
    }

    /** OR: true if one is true, else unknown if one is unknown. */
    record AnyOf(List<Condition> conditions) implements Condition {
        @Override
        public @Nullable Boolean holds(Message message) {
            return decided(conditions, message, true);
        }
    }

    private static @Nullable Boolean decided(List<Condition> conditions, Message message, boolean deciding) {
        boolean unknown = false;
        for (Condition condition : conditions) {
            Boolean truth = condition.holds(message);
            if (truth == null) {
                unknown = true;
            } else if (truth == deciding) {
                return deciding;
            }
        }
        return unknown ? null : !deciding;
    }
}
