package io.pledgemq.sdk;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that the database of a group is away and that it is back: once each, however many messages wait for it, and at
 * most once a minute if it comes and goes. Thread-safe.
 */
final class DatabaseOutages {
    static final Duration AT_MOST_EVERY = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseOutages.class);

    private final String group;
    private final Clock clock;
    private volatile boolean told;
    private long toldNanos;

    /** What time it is, as {@link System#nanoTime} has it. */
    interface Clock {
        long nanos();
    }

    DatabaseOutages(String group, Clock clock) {
        this.group = group;
        this.clock = clock;
        this.toldNanos = clock.nanos() - AT_MOST_EVERY.toNanos();
    }

    synchronized void away(Settlement.Away why) {
        long now = clock.nanos();
        if (!told && now - toldNanos >= AT_MOST_EVERY.toNanos()) {
            told = true;
            toldNanos = now;
            LOG.warn(
                    "group {}: its messages wait and come again every {} s, uncounted, until its database is back: {}",
                    group,
                    Settlement.Away.PAUSE.toSeconds(),
                    why.reason());
        }
    }

    /** A message was applied. */
    void back() {
        if (told) {
            tellBack();
        }
    }

    private synchronized void tellBack() {
        if (told) {
            told = false;
            LOG.info("group {}: its database is back", group);
        }
    }
}
