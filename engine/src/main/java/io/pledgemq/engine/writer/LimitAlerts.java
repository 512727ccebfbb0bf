package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Alert;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Alerts once that a bound of memory is reached, and again only after a tenth of it was free: at the bound itself, each
 * settled message would otherwise cause another alert.
 */
final class LimitAlerts {
    private static final double FREE_AGAIN = 0.9;

    private final Alerts alerts;
    /** Limits that were alerted, each with the test whether it is over. */
    private final Map<String, BooleanSupplier> told = new HashMap<>();

    LimitAlerts(Alerts alerts) {
        this.alerts = alerts;
    }

    /**
     * @param limit names the bound and whom it stopped; it is alerted once until it is over
     * @param subject of the alert
     * @param over whether it is reached no more
     */
    void reached(String limit, String subject, String text, BooleanSupplier over) {
        if (told.putIfAbsent(limit, over) == null) {
            alerts.raise(new Alert(Alert.Kind.LIMIT_REACHED, subject, text));
        }
    }

    /** Returns whether use has fallen below 90 % of a limit, which re-arms its alert. */
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
