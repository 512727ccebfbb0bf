package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.state.State;
import org.jspecify.annotations.Nullable;

/** Refuses new messages when the topics keep as many as memory allows. Decisions publish their messages regardless. */
final class QueueBudget {
    /** Pause between two counts, since each visits every topic; in between the limit may be exceeded a little. */
    private static final long COUNT_EVERY_MS = 1_000;

    private final State state;
    private final Limits.Rows rows;
    private final LimitAlerts alerts;
    private long kept;
    private long nextCountMs;

    QueueBudget(State state, Limits.Rows rows, LimitAlerts alerts) {
        this.state = state;
        this.rows = rows;
        this.alerts = alerts;
    }

    /** The refusal of a command whose message exceeds the limit, or null. */
    @Nullable
    Outcome refuse(Command command) {
        if (!(command instanceof Command.Send) && !(command instanceof Command.Prepare)) {
            return null;
        }
        if (state.engineMs() >= nextCountMs) {
            nextCountMs = state.engineMs() + COUNT_EVERY_MS;
            kept = state.kept();
            alertIfNear();
        }
        if (kept < rows.kept()) {
            return null;
        }
        String text =
                "limit kept=" + rows.kept() + " is reached by " + kept + " messages that topics keep, and groups have"
                        + " not got yet: let consumers catch up, delete unused groups and topics, or raise the limit"
                        + " and the heap";
        alerts.reached(
                "kept", "kept", "new messages are refused: " + text, () -> LimitAlerts.isFree(kept, rows.kept()));
        return new Outcome.Refused(Refusal.TOO_MANY_KEPT, text);
    }

    private void alertIfNear() {
        int threshold = rows.earlyTrimAbove();
        if (kept > threshold) {
            alerts.reached(
                    "kept with threshold",
                    "kept",
                    "topics keep " + kept + " messages, limit kept=" + rows.kept()
                            + ": settled ones are forgotten before"
                            + " their retention is over, so groups cannot be rewound as far; if that matters raise the"
                            + " limit and the heap",
                    () -> LimitAlerts.isFree(kept, threshold));
        }
    }
}
