package io.pledgemq.server.config;

import io.pledgemq.engine.command.RetryPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The text form of every Java type that a setting may have. */
final class ScalarForms {

    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(0|[1-9]\\d{0,9})");
    private static final int PAUSES_TO_TRY = 100;

    private ScalarForms() {}

    /** The form of a setting of the given type with the bounds of its annotation. */
    static ScalarForm<?> of(Class<?> type, Setting setting) {
        if (type == String.class) {
            return text(setting);
        }
        if (type == int.class || type == Integer.class) {
            return bounded(
                    new ScalarForm<>(Integer.class, "a whole number", ScalarForms::integer, String::valueOf), setting);
        }
        if (type == boolean.class) {
            return new ScalarForm<>(Boolean.class, "on or off", ScalarForms::onOrOff, on -> on ? "on" : "off");
        }
        if (type == Duration.class) {
            return bounded(
                    new ScalarForm<>(Duration.class, Durations.ACCEPTED, Durations::parse, Durations::text), setting);
        }
        if (type == ByteSize.class) {
            return bounded(
                    new ScalarForm<>(ByteSize.class, ByteSize.ACCEPTED, ByteSize::parse, ByteSize::toString), setting);
        }
        if (type == Path.class) {
            return new ScalarForm<>(
                    Path.class, "a path; ~ is not expanded", ScalarForms::path, ScalarForms::withSlashes);
        }
        if (type == URI.class) {
            return new ScalarForm<>(URI.class, "an http or https URL", ScalarForms::httpUrl, URI::toString);
        }
        if (type == RetryPolicy.class) {
            return retryPolicy();
        }
        if (type.isEnum()) {
            return choice(type.getEnumConstants());
        }
        throw new IllegalStateException("a setting cannot have the type " + type.getName());
    }

    private static ScalarForm<String> text(Setting setting) {
        Pattern pattern = Pattern.compile(setting.pattern());
        return new ScalarForm<>(
                String.class,
                setting.accepts(),
                text -> {
                    require(pattern.matcher(text).matches());
                    return text;
                },
                Function.identity());
    }

    private static <T extends Comparable<T>> ScalarForm<T> bounded(ScalarForm<T> form, Setting setting) {
        boolean below = !setting.max().isEmpty();
        if (setting.min().isEmpty()) {
            throw new IllegalStateException("a number needs a smallest value: " + setting);
        }
        T min = form.parser().apply(setting.min());
        T max = below ? form.parser().apply(setting.max()) : min;
        String bounds =
                below ? ", from " + form.print(min) + " to " + form.print(max) : ", at least " + form.print(min);
        return new ScalarForm<>(
                form.type(),
                form.accepted() + bounds,
                text -> {
                    T value = form.parser().apply(text);
                    require(value.compareTo(min) >= 0 && (!below || value.compareTo(max) <= 0));
                    return value;
                },
                form.printer());
    }

    private static Integer integer(String text) {
        require(WHOLE_NUMBER.matcher(text).matches());
        return Integer.valueOf(text);
    }

    private static Boolean onOrOff(String text) {
        return switch (text) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Path path(String text) {
        require(!text.equals("~") && !text.startsWith("~/"));
        return Path.of(text);
    }

    private static String withSlashes(Path path) {
        // A leading ./ is how the default is written; Path keeps it.
        return path.toString().replace('\\', '/');
    }

    private static URI httpUrl(String text) {
        URI uri = URI.create(text);
        require(("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null);
        return uri;
    }

    private static ScalarForm<RetryPolicy> retryPolicy() {
        return new ScalarForm<>(
                RetryPolicy.class,
                "fixed:PAUSE:JITTER, linear:INITIAL:STEP:CAP:JITTER, exponential:INITIAL:FACTOR:CAP:JITTER or"
                        + " list:PAUSE,PAUSE:JITTER with times such as 500ms, 10s, 5m or 2h (a number alone: milliseconds; at most"
                        + " 40 days) and percent, such as exponential:1s:2:10m:20",
                text -> {
                    RetryPolicy policy = RetryPolicy.parse(text);
                    for (int attempt = 1; attempt <= PAUSES_TO_TRY; attempt++) {
                        long pauseMs = policy.baseDelayMs(attempt);
                        require(pauseMs >= 0 && pauseMs <= RetryPolicy.MAX_DELAY_MS);
                    }
                    return policy;
                },
                RetryPolicy::text);
    }

    private static ScalarForm<Object> choice(Object[] constants) {
        List<Object> values = List.copyOf(Arrays.asList(constants));
        return new ScalarForm<>(
                Object.class,
                values.stream().map(ScalarForms::word).collect(Collectors.joining(", ")),
                text -> values.stream()
                        .filter(value -> word(value).equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(text)),
                ScalarForms::word);
    }

    private static String word(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void require(boolean accepted) {
        if (!accepted) {
            throw new IllegalArgumentException();
        }
    }
}
