package io.pledgemq.examples.demo;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Prints alerts: the first ones of a kind in full; the others are counted, and summed up at the end. Safe for all
 * threads.
 */
final class AlertLines implements AutoCloseable {

    static final int MAX_IN_FULL = 10;

    private static final Pattern LINES = Pattern.compile("\\s*\\R\\s*");

    private final Consumer<String> screen;
    private final Map<String, Integer> countByKind = new TreeMap<>();

    AlertLines(Consumer<String> screen) {
        this.screen = screen;
    }

    synchronized void say(Map<String, ?> alert) {
        String kind = String.valueOf(alert.get("kind"));
        int count = countByKind.merge(kind, 1, Integer::sum);
        if (count <= MAX_IN_FULL) {
            screen.accept("ALERT " + kind + ": "
                    + LINES.matcher(String.valueOf(alert.get("text"))).replaceAll(" | "));
        }
    }

    /** Says how many were not shown. */
    @Override
    public synchronized void close() {
        countByKind.forEach((kind, count) -> {
            if (count > MAX_IN_FULL) {
                screen.accept("ALERT " + kind + ": " + (count - MAX_IN_FULL) + " more, not shown");
            }
        });
        countByKind.clear();
    }
}
