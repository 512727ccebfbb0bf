package io.pledgemq.faults.broker;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives out names of a stock, each once. Thread-safe. */
final class Names {
    static final int TOPICS_OF_A_KIND = 80;
    static final int GROUPS_OF_A_KIND = 20;

    private final Map<String, AtomicInteger> given = new ConcurrentHashMap<>();

    String topic(Kind kind) {
        return topic(kind, next(kind.name(), TOPICS_OF_A_KIND));
    }

    String group(GroupKind kind) {
        return group(kind, next("group " + kind, kind == GroupKind.FRESH ? Integer.MAX_VALUE : GROUPS_OF_A_KIND));
    }

    static String topic(Kind kind, int number) {
        return kind.name().toLowerCase(Locale.ROOT) + "-" + number;
    }

    static String group(GroupKind kind, int number) {
        return kind.prefix() + "-" + number;
    }

    private int next(String stock, int most) {
        int number = given.computeIfAbsent(stock, s -> new AtomicInteger()).getAndIncrement();
        if (number >= most) {
            throw new IllegalStateException("all " + most + " of " + stock + " are in use; make the stock larger");
        }
        return number;
    }
}
