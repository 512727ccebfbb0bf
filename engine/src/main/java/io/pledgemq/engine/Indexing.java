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
 * Keeps an index for each sealed segment, and deletes those of deleted segments. It tries a failed one again later;
 * until then lookups read the segment. On a full disk it builds none: the rest of the disk is for decisions and
 * acknowledgements.
 */
final class Indexing {
    private static final Logger LOG = System.getLogger(Indexing.class.getName());

    /** Pause after a failure. */
    private static final long AGAIN_MS = 30_000;

    private final LogIndex index;
    private final BooleanSupplier diskHasSpace;
    private final EngineClock clock;
    private final Map<Integer, Long> failedUntilMs = new HashMap<>();

    /** @param diskHasSpace false while the disk is full */
    Indexing(LogIndex index, BooleanSupplier diskHasSpace, EngineClock clock) {
        this.index = index;
        this.diskHasSpace = diskHasSpace;
        this.clock = clock;
    }

    /** Builds every missing index, and deletes those of deleted segments. */
    synchronized void run(Pace pace) {
        try {
            index.tidy();
        } catch (IOException e) {
            LOG.log(Logger.Level.WARNING, "old index files cannot be deleted, tried again later: " + e.getMessage());
        }
        failedUntilMs.values().removeIf(until -> until <= clock.monotonicMs());
        while (diskHasSpace.getAsBoolean() && makeNext(pace)) {
            pace.pause();
        }
    }

    private boolean makeNext(Pace pace) {
        Set<Integer> except = new HashSet<>(failedUntilMs.keySet());
        try {
            return index.buildNext(except, pace) != 0;
        } catch (LogIndex.Failed e) {
            failedUntilMs.put(e.segment(), clock.monotonicMs() + AGAIN_MS);
            LOG.log(Logger.Level.WARNING, e.getMessage() + "; tried again later; until then lookups read the segment");
            return true;
        }
    }
}
