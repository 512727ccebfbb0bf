package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Raises alerts for dead letters and parked half messages. Their texts name the key and the reason, which are read from
 * the log after the force.
 */
final class DeadLetterAlerts {
    private static final int ALERT_EVERY = 16;

    private final State state;
    private final Messages messages;
    private List<Supplier<Alert>> alerts = new ArrayList<>();

    DeadLetterAlerts(State state, Messages messages) {
        this.state = state;
        this.messages = messages;
    }

    void dead(int slot) {
        Deliveries deliveries = state.deliveries();
        String group = state.subscription(deliveries.subscription(slot)).group();
        long position = deliveries.position(slot);
        long failure = deliveries.failure(slot);
        int attempts = deliveries.attempts(slot);
        alerts.add(() -> {
            Message message = messages.at(position);
            return new Alert(
                    Alert.Kind.DEAD_LETTER,
                    group,
                    "message " + name(message) + " is a dead letter of group '" + group + "' after "
                            + times(attempts, "attempt") + ": " + messages.failureAt(failure));
        });
    }

    /** Alerts at the first failure and then rarely, since it is tried until it succeeds. */
    void compensationFailed(int slot) {
        Deliveries deliveries = state.deliveries();
        int attempts = deliveries.attempts(slot);
        if (attempts % ALERT_EVERY != 1) {
            return;
        }
        String group = state.subscription(deliveries.subscription(slot)).group();
        long position = deliveries.position(slot);
        long failure = deliveries.failure(slot);
        alerts.add(() -> {
            Message message = messages.at(position);
            return new Alert(
                    Alert.Kind.COMPENSATION_FAILS,
                    group,
                    "compensating message " + name(message) + " failed in group '" + group + "', attempt " + attempts
                            + ": "
                            + messages.failureAt(failure)
                            + "; it is tried again until it succeeds, or, if the group is gone for good, until a person"
                            + " closes it with a reason");
        });
    }

    /** @param why null if checks are exhausted, else what its senders said */
    void parked(int slot, @Nullable Silence why) {
        Pending pending = state.pending();
        long position = pending.position(slot);
        String cause = why == null
                ? "is undecided after " + times(pending.checks(slot), "check") + " and is parked: check it again, or"
                : saying(why) + " It is parked, and asked about again when a sender connects: look at the sender's"
                        + " database, then check it again, or";
        alerts.add(() -> {
            Message message = messages.at(position);
            return new Alert(
                    Alert.Kind.PARKED,
                    message.id().text(),
                    "half message " + name(message) + " " + cause + " commit or roll it back with a reason");
        });
    }

    private static String saying(Silence why) {
        return why == Silence.NOT_SEEN
                ? "cannot be answered: the database of every connected sender lacks what was there when the message was"
                        + " prepared (a copy, a replica that lagged, a restored backup)."
                : "cannot be answered: no connected sender holds the database that it was prepared with.";
    }

    /** The name of a message for people. */
    private static String name(Message message) {
        String key = message.key() == null ? "no key" : "key '" + message.key() + "'";
        return message.id() + " (topic '" + message.topic() + "', " + key + ")";
    }

    private static String times(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    List<Supplier<Alert>> take() {
        List<Supplier<Alert>> taken = alerts;
        alerts = new ArrayList<>();
        return taken;
    }
}
