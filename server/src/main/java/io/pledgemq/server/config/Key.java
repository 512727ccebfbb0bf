package io.pledgemq.server.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One row of the table of keys.
 *
 * @param path the whole key, such as {@code listen.port}; of an element of a list only the last word
 * @param element how a value is written; of a list of records there is none
 * @param fields the keys of an element, for a list of records; empty otherwise
 */
record Key(String path, Setting setting, Shape shape, Optional<ScalarForm<?>> element, List<Key> fields) {

    static final String VARIABLE_PREFIX = "PLEDGEMQ_";

    private static final String MASK = "********";

    /** How many values a key has. */
    enum Shape {
        /** Exactly one. */
        SINGLE,
        /** One or none. */
        OPTIONAL,
        /** Any number of single values. */
        LIST,
        /** Any number of records. */
        RECORDS
    }

    ScalarForm<?> form() {
        return element.orElseThrow();
    }

    /** What is accepted, in words that follow "expected". */
    String accepted() {
        return switch (shape) {
            case SINGLE, OPTIONAL -> form().accepted();
            case LIST -> "a list of " + form().accepted();
            case RECORDS ->
                "a list of elements with " + fields.stream().map(Key::path).collect(Collectors.joining(", "));
        };
    }

    /** The name of the environment variable that sets it; a list of records has none. */
    String variable() {
        return VARIABLE_PREFIX
                + path.toUpperCase(Locale.ROOT).replace(".", "__").replace('-', '_');
    }

    boolean hasVariable() {
        return shape != Shape.RECORDS;
    }

    /** The default, as the component of the record has it. */
    Object defaultValue() {
        return switch (shape) {
            case SINGLE -> form().parser().apply(setting.value());
            case OPTIONAL -> Optional.empty();
            case LIST, RECORDS -> List.of();
        };
    }

    /** The default as it would be written; empty if there is none. */
    Optional<String> defaultText() {
        return setting.required() ? Optional.empty() : print(defaultValue());
    }

    /** The given value of this key as it would be written; empty if it is none. Does not mask. */
    Optional<String> print(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(present -> form().print(present));
        }
        if (value instanceof List<?> list) {
            return Optional.of(list.stream().map(this::printElement).collect(Collectors.joining(", ", "[", "]")));
        }
        return Optional.of(form().print(value));
    }

    /** Like {@link #print}, but nothing of a secret. */
    Optional<String> show(Object value) {
        return print(value).map(text -> setting.secret() ? MASK : text);
    }

    private String printElement(Object value) {
        if (shape == Shape.LIST) {
            return form().print(value);
        }
        return fields.stream()
                .map(field -> field.path() + ": "
                        + field.print(SettingTable.component(value, field)).orElse(""))
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
