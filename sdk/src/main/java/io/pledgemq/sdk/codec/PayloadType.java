package io.pledgemq.sdk.codec;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Objects;

/**
 * The type of a payload, type arguments included, which a {@code Class} cannot tell. Made as a subclass on the spot:
 * {@code new PayloadType<List<Order>>() {}}, or by {@link #of} of a class.
 *
 * @param <T> the type of the payload
 */
public abstract class PayloadType<T> {
    private final Type type;

    /** Of the type argument that the subclass gives. */
    protected PayloadType() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)) {
            throw new IllegalArgumentException(
                    "expected a type argument, actual none: write new PayloadType<List<Order>>() {}");
        }
        this.type = parameterized.getActualTypeArguments()[0];
    }

    private PayloadType(Class<T> type) {
        this.type = type;
    }

    /** Of a class without type arguments. */
    public static <T> PayloadType<T> of(Class<T> type) {
        return new OfClass<>(type);
    }

    /** The type, for a codec. */
    public final Type type() {
        return type;
    }

    /** Two of the same type are equal. */
    @Override
    public final boolean equals(Object other) {
        return other instanceof PayloadType<?> that && type.equals(that.type);
    }

    @Override
    public final int hashCode() {
        return Objects.hash(type);
    }

    /** The type as Java writes it. */
    @Override
    public final String toString() {
        return type.getTypeName();
    }

    private static final class OfClass<T> extends PayloadType<T> {
        OfClass(Class<T> type) {
            super(type);
        }
    }
}
