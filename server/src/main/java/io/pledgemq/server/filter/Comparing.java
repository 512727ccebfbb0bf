package io.pledgemq.server.filter;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The comparisons of two values; null if one of them is NULL or if they cannot be compared. */
enum Comparing {
    EQUAL("=", false, true, false),
    NOT_EQUAL("<>", true, false, true),
    LESS("<", true, false, false),
    LESS_OR_EQUAL("<=", true, true, false),
    GREATER(">", false, false, true),
    GREATER_OR_EQUAL(">=", false, true, true);

    private final String sign;
    private final boolean ifLess;
    private final boolean ifEqual;
    private final boolean ifGreater;

    Comparing(String sign, boolean ifLess, boolean ifEqual, boolean ifGreater) {
        this.sign = sign;
        this.ifLess = ifLess;
        this.ifEqual = ifEqual;
        this.ifGreater = ifGreater;
    }

    /** The comparison with this sign; null if there is none. */
    static @Nullable Comparing of(String sign) {
        for (Comparing comparing : values()) {
            if (comparing.sign.equals(sign)) {
                return comparing;
            }
        }
        return null;
    }

    String sign() {
        return sign;
    }

    /** Only numbers have an order; texts and booleans are equal or not. */
    boolean isOrder() {
        return this != EQUAL && this != NOT_EQUAL;
    }

    @Nullable
    Boolean holds(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return null;
        }
        Integer order = isOrder() ? order(left, right) : difference(left, right);
        if (order == null) {
            return null;
        }
        return order == 0 ? ifEqual : order < 0 ? ifLess : ifGreater;
    }

    private static @Nullable Integer difference(Object left, Object right) {
        if (left instanceof String && right instanceof String) {
            return left.equals(right) ? 0 : 1;
        }
        if (left instanceof Boolean || right instanceof Boolean) {
            Boolean leftTruth = truth(left);
            Boolean rightTruth = truth(right);
            return leftTruth == null || rightTruth == null ? null : leftTruth.compareTo(rightTruth);
        }
        return order(left, right);
    }

    private static @Nullable Integer order(Object left, Object right) {
        BigDecimal leftNumber = number(left);
        BigDecimal rightNumber = number(right);
        return leftNumber == null || rightNumber == null ? null : leftNumber.compareTo(rightNumber);
    }

    private static @Nullable Boolean truth(Object value) {
        if (value instanceof String text) {
            return text.equalsIgnoreCase("true");
        }
        return value instanceof Boolean truth ? truth : null;
    }

    private static @Nullable BigDecimal number(Object value) {
        if (value instanceof String text) {
            return Decimal.of(text);
        }
        return value instanceof BigDecimal number ? number : null;
    }
}
