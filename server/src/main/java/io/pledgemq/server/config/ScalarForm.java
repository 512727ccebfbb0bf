package io.pledgemq.server.config;

import java.util.function.Function;

/**
 * How a single value is written.
 *
 * @param accepted what is accepted, in words that follow "expected"
 * @param parser reads a value; throws {@link IllegalArgumentException} or {@link ArithmeticException} for anything
 *     else. What they say is not shown: the user gets {@code accepted}
 * @param printer writes a value so that the parser reads it back
 */
record ScalarForm<T>(Class<T> type, String accepted, Function<String, T> parser, Function<T, String> printer) {

    String print(Object value) {
        return printer.apply(type.cast(value));
    }
}
