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
 * Checks the alert about half messages without a connected sender: it is raised once, in the turn that finds them, and
 * not while senders may still be connecting after a start.
 */
final class MissingSenderCheck {
    private final Model model;
    private final List<Alert> alerts = new ArrayList<>();
    /** Services that were alerted since one of their senders was last connected. */
    private final Set<String> alertedServices = new HashSet<>();

    /** Messages whose alert is missing, with the time since when. */
    private Map<ModelMessage, Long> unalerted = Map.of();

    private long quietUntil;

    MissingSenderCheck(Model model) {
        this.model = model;
    }

    void opened(State state) {
        model.connected.clear();
        model.asked.clear();
        alerts.clear();
        alertedServices.clear();
        unalerted = Map.of();
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
        alertedServices.remove(sender.service());
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

    /** Checks a turn, after the model has applied all that happened in it. */
    void run(boolean whole) {
        for (Alert alert : alerts) {
            List<ModelMessage> waiting = model.messages.values().stream()
                    .filter(message -> message.message.topic().equals(alert.subject()) && waits(message))
                    .toList();
            Violation.check(!whole || !waiting.isEmpty(), "no message waits: %s", alert);
            Violation.check(model.now >= quietUntil, "at %d, in the quiet: %s", model.now, alert);
            waiting.forEach(message -> alertedServices.add(service(message)));
        }
        alerts.clear();
        if (!whole || model.full || model.now < quietUntil) {
            return;
        }
        Map<ModelMessage, Long> stillUnalerted = new HashMap<>();
        for (ModelMessage message : model.messages.values()) {
            if (waits(message)
                    && message.due <= model.now
                    && !othersAreThere(message)
                    && !alertedServices.contains(service(message))) {
                long since = unalerted.getOrDefault(message, model.now);
                // An instance that was asked in vain may disconnect in the ms in which the round ended; the next begins
                // later.
                Violation.check(since == model.now, "since %d no alert about %s", since, message);
                stillUnalerted.put(message, since);
            }
        }
        unalerted = stillUnalerted;
    }

    /** Whether it waits for its sender: a check is due, or others were asked in vain. */
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
