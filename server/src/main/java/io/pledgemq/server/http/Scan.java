package io.pledgemq.server.http;

import org.jspecify.annotations.Nullable;

/** A bound for the rows that one call filters. */
final class Scan {
    /** Pages of the engine that one call reads; then the caller pages on. */
    static final int MAX_PAGES = 20;

    private Scan() {}

    /** The engine's cursor as the caller sees it. */
    static @Nullable String next(long next) {
        return next < 0 ? null : Long.toString(next);
    }
}
