package io.pledgemq.server.filter;

import io.pledgemq.engine.command.MessageFilter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Caches the most recently used expressions, legal or not, so that a receiver's next poll need not be parsed again.
 * Thread-safe. Nothing is parsed under the lock; two threads may parse the same new expression at once.
 */
public final class FilterCache {
    /** What the server uses. An expression that is kept takes some 10 KiB at most, so all take a few MiB. */
    public static final int DEFAULT_ENTRIES = 256;

    /** Longer ones are legal and parsed each time: the bound in entries is a bound in bytes only with this. */
    static final int LONGEST_KEPT = 4096;

    private enum Language {
        TAG,
        SQL92
    }

    private record Key(Language language, String expression) {}

    private sealed interface Result {}

    private record Compiled(@Nullable MessageFilter filter) implements Result {}

    // Not the exception itself: its stack trace would be another receiver's.
    private record Refused(String message, int position) implements Result {}

    private final int maxEntries;
    private final int maxBytes;
    private final Map<Key, Result> results = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * An empty cache.
     *
     * @param maxEntries expressions remembered, at least 1
     * @param maxBytes of one expression in UTF-8; a longer one is illegal
     */
    public FilterCache(int maxEntries, int maxBytes) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("a cache of " + maxEntries + " entries; give at least 1");
        }
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
    }

    /** {@link Filters#tag(String, int)}, remembered. */
    public @Nullable MessageFilter tag(String expression) throws IllegalFilterException {
        return get(Language.TAG, expression);
    }

    /** {@link Filters#sql92(String, int)}, remembered. */
    public @Nullable MessageFilter sql92(String expression) throws IllegalFilterException {
        return get(Language.SQL92, expression);
    }

    int size() {
        synchronized (results) {
            return results.size();
        }
    }

    private @Nullable MessageFilter get(Language language, String expression) throws IllegalFilterException {
        if (expression.length() > LONGEST_KEPT || Filters.isEverything(expression)) {
            return compile(language, expression);
        }
        Key key = new Key(language, expression);
        Result known;
        synchronized (results) {
            known = results.get(key);
        }
        if (known == null) {
            known = result(language, expression);
            remember(key, known);
        }
        if (known instanceof Refused refused) {
            throw new IllegalFilterException(refused.message, refused.position);
        }
        return ((Compiled) known).filter;
    }

    private Result result(Language language, String expression) {
        try {
            return new Compiled(compile(language, expression));
        } catch (IllegalFilterException e) {
            return new Refused(String.valueOf(e.getMessage()), e.position());
        }
    }

    private @Nullable MessageFilter compile(Language language, String expression) throws IllegalFilterException {
        return language == Language.TAG ? Filters.tag(expression, maxBytes) : Filters.sql92(expression, maxBytes);
    }

    private void remember(Key key, Result result) {
        synchronized (results) {
            results.put(key, result);
            if (results.size() > maxEntries) {
                var eldest = results.keySet().iterator();
                eldest.next();
                eldest.remove();
            }
        }
    }
}
