package io.pledgemq.server.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which refusals get a line of their own: so many per source and so many in all, in each minute; the rest is
 * counted. Bounds the log against floods and itself against many sources. Not safe for threads.
 */
final class RefusalFlood {

    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Refusals that got no line. */
    record Suppressed(long count, Instant since) {}

    private final int perSource;
    private final int inAll;
    private final Map<String, Integer> lines = new HashMap<>();

    private Instant start = Instant.MIN;
    private int written;
    private long suppressed;

    RefusalFlood(int perSource, int inAll) {
        this.perSource = perSource;
        this.inAll = inAll;
    }

    /** Returns whether this refusal gets a line. Call {@link #ended} before. */
    boolean writes(String source, Instant now) {
        if (written == 0) {
            start = now;
        }
        boolean line = written < inAll && lines.getOrDefault(source, 0) < perSource;
        if (line) {
            written++;
            lines.merge(source, 1, Integer::sum);
        } else {
            suppressed++;
        }
        return line;
    }

    /**
     * Starts another minute if this one is over, or the clock was set back, and returns the counts of the one before.
     */
    Optional<Suppressed> ended(Instant now) {
        boolean current = written == 0 || (!now.isBefore(start) && now.isBefore(start.plus(WINDOW)));
        return current ? Optional.empty() : finish();
    }

    /** Starts another minute and returns the counts of the one before. */
    Optional<Suppressed> finish() {
        Optional<Suppressed> counted =
                suppressed == 0 ? Optional.empty() : Optional.of(new Suppressed(suppressed, start));
        lines.clear();
        written = 0;
        suppressed = 0;
        return counted;
    }

    int sources() {
        return lines.size();
    }
}
