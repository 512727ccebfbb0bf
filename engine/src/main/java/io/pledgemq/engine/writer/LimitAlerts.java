package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Alert;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Alerts once that a memory limit is reached, and again only after a tenth of it was free: otherwise each settled
 * message would cause another alert.
 */
final class LimitAlerts {
    private static final double FREE_AGAIN = 0.9;

    private final Alerts alerts;
    /** Limits that were alerted, each with the test that re-arms its alert. */
    private final Map<String, BooleanSupplier> alerted = new HashMap<>();

    LimitAlerts(Alerts alerts) {
        this.alerts = alerts;
    }

    /**
     * @param limit name of the limit and of what it stopped; alerted once until {@code over}
     * @param subject of the alert
     * @param over whether the alert may be raised again
     */
    void reached(String limit, String subject, String text, BooleanSupplier over) {
        if (alerted.putIfAbsent(limit, over) == null) {
            alerts.raise(new Alert(Alert.Kind.LIMIT_REACHED, subject, text));
        }
    }

    /** Returns whether use has fallen below 90 % of a limit, which re-arms its alert. */
    static boolean isFree(long count, int limit) {
        return count < limit * FREE_AGAIN;
    }

    /** Re-arms the alerts of limits that are over. */
    void turn() {
        if (!alerted.isEmpty()) {
            alerted.values().removeIf(BooleanSupplier::getAsBoolean);
        }
    }
}
