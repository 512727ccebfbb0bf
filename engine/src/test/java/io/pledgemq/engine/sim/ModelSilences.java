package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.sim.ModelMessage.Status;
import io.pledgemq.engine.state.Pending;
import java.util.Objects;

/**
 * Checks that got only silence, and messages that a connecting sender is asked about once more. The engine chooses when
 * such a check ends, so that is read from its state, checked, and taken over.
 */
final class ModelSilences {
    private final Model model;

    ModelSilences(Model model) {
        this.model = model;
    }

    void takeOver(ModelMessage message, Pending pending, int slot) {
        int state = pending.state(slot);
        int less = message.checks - pending.checks(slot);
        if (message.status == Status.PARKED && state == Pending.UNDECIDED) {
            askedAgain(message, less, pending.due(slot));
        } else if (message.status == Status.UNDECIDED && !message.said.isEmpty() && less != 0) {
            silent(message, less, state, pending.due(slot));
        } else if (isGivenUp(message) && less == 1 && state == Pending.UNDECIDED) {
            // Parked, and a sender connected in the same turn.
            askedAgain(message, less, pending.due(slot));
        } else if (message.status == Status.UNDECIDED && pending.due(slot) == model.now && message.rests) {
            message.due = model.now;
        }
    }

    /** In one turn a check may end in silence, or parked, and another one begin because a sender connected. */
    void asked(ModelMessage message, String instance, int number) {
        boolean ended = message.status == Status.PARKED || isGivenUp(message) || !message.said.isEmpty();
        boolean again = message.status == Status.PARKED
                || number < message.checks
                || (number == message.checks && message.asked.contains(instance));
        if (ended && again && isThere(message)) {
            message.status = Status.UNDECIDED;
            message.checks = number - 1;
            message.due = model.now;
        }
    }

    private boolean isGivenUp(ModelMessage message) {
        return message.status == Status.UNDECIDED
                && message.checks >= model.checks.maxChecks()
                && message.due <= model.now;
    }

    private void askedAgain(ModelMessage message, int less, long due) {
        Violation.check(due == model.now && isThere(message), "asked again without a new connection: %s", message);
        Violation.check(less == Math.min(1, message.checks), "%d checks less, asked again: %s", less, message);
        message.status = Status.UNDECIDED;
        message.checks -= less;
        message.due = due;
    }

    private void silent(ModelMessage message, int less, int state, long due) {
        // A sender that connects in the same turn lowers the count of a parked message once more.
        Violation.check(less == 1 || less == 2, "%d checks less after silence: %s", less, message);
        boolean parks = message.said.stream().noneMatch(Silence::passes);
        if (state == Pending.PARKED) {
            Violation.check(
                    message.said.contains(Silence.NOT_MINE) || message.said.contains(Silence.NOT_SEEN),
                    "parked because of %s: %s",
                    message.said,
                    message);
            message.status = Status.PARKED;
        } else {
            boolean again = due == model.now && isThere(message);
            Violation.check(
                    again || (due > model.now && due - model.now <= model.checks.capMs()),
                    "asked again at %d: %s",
                    due,
                    message);
            Violation.check(again || !parks || !isThere(message), "not parked after %s: %s", message.said, message);
            message.rests = !again;
        }
        message.checks -= less;
        message.due = due;
        message.said.clear();
    }

    private boolean isThere(ModelMessage message) {
        String service = Objects.requireNonNull(message.sender).service();
        return model.connected.stream().anyMatch(sender -> sender.service().equals(service));
    }
}
