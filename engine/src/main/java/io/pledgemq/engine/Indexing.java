package io.pledgemq.engine;

import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.index.Pace;
import io.pledgemq.engine.io.EngineClock;
import java.io.IOException;
import java.lang.System.Logger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Keeps an index for each sealed segment, and none without its segment. What fails is tried again later; until then the
 * log answers. On a full disk it makes none: the rest of the disk is for decisions and acknowledgements.
 */
final class Indexing {
    private static final Logger LOG = System.getLogger(Indexing.class.getName());

    /** After an index could not be made. */
    private static final long AGAIN_MS = 30_000;

    private final LogIndex index;
    private final BooleanSupplier room;
    private final EngineClock clock;
    private final Map<Integer, Long> failedUntilMs = new HashMap<>();

    /** @param room whether the disk has enough of it */
    Indexing(LogIndex index, BooleanSupplier room, EngineClock clock) {
        this.index = index;
        this.room = room;
        this.clock = clock;
    }

    /** Makes every index that is missing, and deletes those of deleted segments. */
    synchronized void run(Pace pace) {
        try {
            index.tidy();
        } catch (IOException e) {
            LOG.log(Logger.Level.WARNING, "old index files cannot be deleted, tried again later: " + e.getMessage());
        }
        failedUntilMs.values().removeIf(until -> until <= clock.monotonicMs());
        while (room.getAsBoolean() && makeNext(pace)) {
            pace.breathe();
        }
    }

    private boolean makeNext(Pace pace) {
        Set<Integer> except = new HashSet<>(failedUntilMs.keySet());
        try {
            return index.buildNext(except, pace) != 0;
        } catch (LogIndex.Failed e) {
            failedUntilMs.put(e.segment(), clock.monotonicMs() + AGAIN_MS);
            LOG.log(Logger.Level.WARNING, e.getMessage() + "; tried again later, the log is read in its place");
            return true;
        }
    }
}
