package io.pledgemq.bench.client;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** One line of JSON, in the order in which it was filled. */
final class Figures {
    private final Map<String, String> values = new LinkedHashMap<>();

    Figures text(String name, String value) {
        values.put(name, '"' + value + '"');
        return this;
    }

    Figures number(String name, long value) {
        values.put(name, Long.toString(value));
        return this;
    }

    Figures perSecond(String name, long count, double seconds) {
        return number(name, Math.round(count / seconds));
    }

    /** Median and tails in milliseconds, from microseconds. */
    Figures milliseconds(String prefix, Histogram micros) {
        milliseconds(prefix + "P50Ms", micros.getValueAtPercentile(50));
        milliseconds(prefix + "P99Ms", micros.getValueAtPercentile(99));
        return milliseconds(prefix + "P999Ms", micros.getValueAtPercentile(99.9));
    }

    private Figures milliseconds(String name, long micros) {
        values.put(name, String.format(Locale.ROOT, "%.2f", micros / 1000.0));
        return this;
    }

    String line() {
        return values.entrySet().stream()
                .map(value -> '"' + value.getKey() + "\":" + value.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }
}
