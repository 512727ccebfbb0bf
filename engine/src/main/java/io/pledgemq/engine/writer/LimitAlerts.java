package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Alert;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Tells once that a bound of memory is reached, and again only after a tenth of it was free: at the bound itself a
 * single settled message would make news of each one that follows it.
 */
final class LimitAlerts {
    private static final double FREE_AGAIN = 0.9;

    private final Alerts alerts;
    /** What was told, and whether it is over. */
    private final Map<String, BooleanSupplier> told = new HashMap<>();

    LimitAlerts(Alerts alerts) {
        this.alerts = alerts;
    }

    /**
     * @param limit names the bound and whom it stopped; nothing is told twice of it
     * @param subject of the alert
     * @param over whether it is reached no more
     */
    void reached(String limit, String subject, String text, BooleanSupplier over) {
        if (told.putIfAbsent(limit, over) == null) {
            alerts.raise(new Alert(Alert.Kind.LIMIT_REACHED, subject, text));
        }
    }

    /** Whether so few are left of those that reached a limit that it may be told anew. */
    static boolean isFree(long count, int limit) {
        return count < limit * FREE_AGAIN;
    }

    /** Forgets what is over. */
    void turn() {
        if (!told.isEmpty()) {
            told.values().removeIf(BooleanSupplier::getAsBoolean);
        }
    }
}
