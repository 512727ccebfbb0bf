package io.pledgemq.server.http;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Cuts pages out of lists that are sorted by a name. */
final class Pages {
    private Pages() {}

    /**
     * Part of a list.
     *
     * @param next cursor of the next page, null when this is the last one
     */
    record Page<T>(List<T> items, @Nullable String next) {
        Page {
            items = List.copyOf(items);
        }
    }

    /** The page behind the cursor, which is the name of the last item before. */
    static <T> Page<T> byName(Stream<T> all, Function<T, String> name, Optional<String> cursor, int limit) {
        List<T> found = all.filter(item -> cursor.isEmpty() || name.apply(item).compareTo(cursor.get()) > 0)
                .sorted(Comparator.comparing(name))
                .limit(limit + 1L)
                .toList();
        boolean more = found.size() > limit;
        List<T> items = more ? found.subList(0, limit) : found;
        return new Page<>(items, more ? name.apply(items.get(limit - 1)) : null);
    }
}
