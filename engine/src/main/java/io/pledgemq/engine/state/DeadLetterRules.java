package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * The rules for actions on dead letters: only an open one accepts an action, and the first action wins. A person may
 * close one that is being compensated, if its group is gone for good.
 */
final class DeadLetterRules {
    private final State state;
    private final DeliveryRules delivery;

    DeadLetterRules(State state) {
        this.state = state;
        this.delivery = new DeliveryRules(state);
    }

    @Nullable
    Outcome answer(Command.SettleDead command, Limits limits) {
        if (command.action() == Command.SettleDead.Action.CLOSE_COMPENSATION) {
            return answerClose(command);
        }
        Deliveries deliveries = state.deliveries;
        boolean open = deliveries.holds(command.slot(), command.position())
                && deliveries.state(command.slot()) == Deliveries.DEAD;
        if (!open) {
            return new Outcome.Refused(
                    Refusal.NOT_OPEN,
                    "the dead letter at " + command.position()
                            + " is not open: it is settled already, or never was one");
        }
        if (command.action() == Command.SettleDead.Action.COMPENSATE && isUndo(command.slot())) {
            return new Outcome.Refused(
                    Refusal.ILLEGAL_ARGUMENT,
                    "the dead letter at " + command.position()
                            + " is an undo itself, and nothing undoes that: retry it, or skip it and undo it by hand");
        }
        if (command.edited() != null && command.edited().body().length > limits.bodyBytes()) {
            return new Outcome.Refused(
                    Refusal.BODY_TOO_LARGE,
                    "the edited body has " + command.edited().body().length + " bytes, limit bodyBytes="
                            + limits.bodyBytes());
        }
        return null;
    }

    private boolean isUndo(int slot) {
        int topic = state.subscription(state.deliveries.subscription(slot)).topic();
        return TopicConfig.holdsUndos(state.topic(topic).config().name());
    }

    /**
     * Refuses while the group works on the compensation: then the group is not gone, and the result is not known yet.
     */
    private @Nullable Outcome answerClose(Command.SettleDead command) {
        Deliveries deliveries = state.deliveries;
        int slot = command.slot();
        boolean compensating = deliveries.holds(slot, command.position())
                && deliveries.kind(slot) == Deliveries.COMPENSATE
                && deliveries.state(slot) != Deliveries.DEAD;
        if (!compensating) {
            return new Outcome.Refused(
                    Refusal.NOT_OPEN,
                    "the dead letter at " + command.position()
                            + " is not being compensated: it is settled already, or it is open and can be skipped");
        }
        if (deliveries.state(slot) == Deliveries.LEASED) {
            return new Outcome.Refused(
                    Refusal.NOT_OPEN,
                    "the dead letter at " + command.position()
                            + " is being compensated by its group at this moment: wait"
                            + " until that has failed, or its lease runs out in "
                            + (deliveries.due(slot) - state.engineMs)
                            + " ms");
        }
        if (command.by().reason().isBlank()) {
            return new Outcome.Refused(
                    Refusal.ILLEGAL_ARGUMENT,
                    "closing a compensation by hand needs a reason: it is the only record of what was done instead");
        }
        return null;
    }

    Outcome apply(long position, Command.SettleDead command, Effects effects) {
        Deliveries deliveries = state.deliveries;
        int slot = command.slot();
        Subscription subscription = state.subscription(deliveries.subscription(slot));
        switch (command.action()) {
            case RETRY, RETRY_EVEN_IF_OLD -> {
                if (command.edited() != null) {
                    state.segments.release(command.position());
                    state.segments.hold(position);
                    deliveries.position(slot, position);
                    // The record of the last failure may be deleted with the segment of the unedited message.
                    deliveries.failure(slot, position);
                }
                boolean evenIfOld = command.action() == Command.SettleDead.Action.RETRY_EVEN_IF_OLD;
                delivery.redrive(subscription, slot, evenIfOld, effects);
            }
            case COMPENSATE -> delivery.compensate(subscription, slot, effects);
            case SKIP, CLOSE_COMPENSATION -> delivery.settle(slot, effects);
        }
        return Outcome.DONE;
    }
}
