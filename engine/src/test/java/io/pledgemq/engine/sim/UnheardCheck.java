package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Sees that somebody is told of half messages that nobody can be asked about: once, in the turn that finds it, and not
 * while senders may still be connecting after a start.
 */
final class UnheardCheck {
    private final Model model;
    private final List<Alert> alerts = new ArrayList<>();
    /** Services of which it was said that nobody is there, since somebody of them was. */
    private final Set<String> told = new HashSet<>();

    /** What somebody should be told of, with the time when that began. */
    private Map<ModelMessage, Long> untold = Map.of();

    private long quietUntil;

    UnheardCheck(Model model) {
        this.model = model;
    }

    void opened(State state) {
        model.connected.clear();
        model.asked.clear();
        alerts.clear();
        told.clear();
        untold = Map.of();
        Pending pending = state.pending();
        quietUntil = 0;
        for (int slot = 0; slot < pending.end(); slot++) {
            if (pending.state(slot) == Pending.UNDECIDED) {
                quietUntil = state.engineMs() + model.checks.quietMs();
            }
        }
    }

    void connected(Sender sender) {
        model.connected.add(sender);
        told.remove(sender.service());
    }

    void disconnected(Sender sender) {
        model.connected.remove(sender);
        if (!model.connected.contains(sender)) {
            model.asked.remove(sender);
        }
    }

    void alerted(Alert alert) {
        if (alert.kind() == Alert.Kind.NO_SENDER) {
            alerts.add(alert);
        }
    }

    /** After a turn, when the model has seen all that happened in it. */
    void run(boolean whole) {
        for (Alert alert : alerts) {
            List<ModelMessage> waiting = model.messages.values().stream()
                    .filter(message -> message.message.topic().equals(alert.subject()) && waits(message))
                    .toList();
            Violation.check(!whole || !waiting.isEmpty(), "nobody waits: %s", alert);
            Violation.check(model.now >= quietUntil, "at %d, in the quiet: %s", model.now, alert);
            waiting.forEach(message -> told.add(service(message)));
        }
        alerts.clear();
        if (!whole || model.full || model.now < quietUntil) {
            return;
        }
        Map<ModelMessage, Long> stillUntold = new HashMap<>();
        for (ModelMessage message : model.messages.values()) {
            if (waits(message)
                    && message.due <= model.now
                    && !othersAreThere(message)
                    && !told.contains(service(message))) {
                long since = untold.getOrDefault(message, model.now);
                // Who was asked in vain may go away in the very ms in which the round ended; the next one begins later.
                Violation.check(since == model.now, "since %d nobody was told of %s", since, message);
                stillUntold.put(message, since);
            }
        }
        untold = stillUntold;
    }

    /** For its sender: a check is due, or others were asked in vain. */
    private boolean waits(ModelMessage message) {
        return message.status == ModelMessage.Status.UNDECIDED
                && (message.due <= model.now || !message.asked.isEmpty())
                && !isThere(service(message));
    }

    private static String service(ModelMessage message) {
        return Objects.requireNonNull(message.sender).service();
    }

    private boolean othersAreThere(ModelMessage message) {
        return Objects.requireNonNull(message.sender).othersOfTopic()
                && isThere(Sender.ofTopic(message.message.topic(), "").service());
    }

    private boolean isThere(String service) {
        return model.connected.stream().anyMatch(sender -> sender.service().equals(service));
    }
}
