package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Alert;
import java.util.ArrayList;
import java.util.List;

/** Collects the alerts of a turn; they leave after the force. */
final class Alerts {
    private List<Alert> raised = new ArrayList<>();

    void raise(Alert alert) {
        raised.add(alert);
    }

    /** Returns the alerts that were raised since the last call. */
    List<Alert> take() {
        if (raised.isEmpty()) {
            return List.of();
        }
        List<Alert> taken = raised;
        raised = new ArrayList<>();
        return taken;
    }
}
