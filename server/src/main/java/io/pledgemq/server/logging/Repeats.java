package io.pledgemq.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.spi.LocationAwareLogger;

/**
 * Lets each kind of line pass a limited number of times a minute, so that a flood of failures neither fills the disk
 * nor hides the rest. A kind is the text before its values are inserted. The next line of the kind reports how many
 * were suppressed.
 */
final class Repeats extends TurboFilter {
    static final int PER_MINUTE = 60;

    /** Every alert is a line. */
    private static final String ALERTS = "io.pledgemq.alert";

    private static final int KINDS = 1_000;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final Map<String, Kind> kinds = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kind> eldest) {
            return size() > KINDS;
        }
    };

    private static final class Kind {
        long sinceNanos;
        int lines;
        long heldBack;
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] values,
            @Nullable Throwable failure) {
        if (format == null
                || !level.isGreaterOrEqual(Level.INFO)
                || !level.isGreaterOrEqual(logger.getEffectiveLevel())
                || logger.getName().equals(ALERTS)) {
            return FilterReply.NEUTRAL;
        }
        long before = count(logger.getName() + '|' + format, System.nanoTime());
        if (before < 0) {
            return FilterReply.DENY;
        }
        if (before > 0) {
            logger.log(
                    null,
                    Logger.class.getName(),
                    level.toInt() / Level.DEBUG_INT * LocationAwareLogger.DEBUG_INT,
                    "{} more lines like the next were held back",
                    new Object[] {before},
                    null);
        }
        return FilterReply.NEUTRAL;
    }

    /** Returns how many were held back before this one, or -1 if this one is. */
    synchronized long count(String name, long nowNanos) {
        Kind kind = kinds.computeIfAbsent(name, key -> new Kind());
        if (kind.lines == 0 || nowNanos - kind.sinceNanos > MINUTE_NANOS) {
            kind.sinceNanos = nowNanos;
            kind.lines = 0;
        }
        if (kind.lines >= PER_MINUTE) {
            kind.heldBack++;
            return -1;
        }
        kind.lines++;
        long heldBack = kind.heldBack;
        kind.heldBack = 0;
        return heldBack;
    }
}
