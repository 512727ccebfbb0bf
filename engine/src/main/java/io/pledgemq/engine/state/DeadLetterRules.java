package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import org.jspecify.annotations.Nullable;

/** What may be done with a dead letter: only an open one takes an action, and the first action wins. */
final class DeadLetterRules {
    private final State state;
    private final DeliveryRules delivery;

    DeadLetterRules(State state) {
        this.state = state;
        this.delivery = new DeliveryRules(state);
    }

    @Nullable
    Outcome answer(Command.SettleDead command, Limits limits) {
        Deliveries deliveries = state.deliveries;
        boolean open =
                deliveries.holds(command.slot(), command.ref()) && deliveries.state(command.slot()) == Deliveries.DEAD;
        if (!open) {
            return new Outcome.Refused(
                    Refusal.NOT_OPEN,
                    "the dead letter at " + command.ref()
                            + " is not open: somebody settled it already, or it never was one");
        }
        if (command.edited() != null && command.edited().body().length > limits.bodyBytes()) {
            return new Outcome.Refused(
                    Refusal.BODY_TOO_LARGE,
                    "the edited body has " + command.edited().body().length + " bytes, limit bodyBytes="
                            + limits.bodyBytes());
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
                    state.segments.release(command.ref());
                    state.segments.hold(position);
                    deliveries.ref(slot, position);
                    // The record of the last failure may go with the segment of the message as it was.
                    deliveries.failure(slot, position);
                }
                boolean evenIfOld = command.action() == Command.SettleDead.Action.RETRY_EVEN_IF_OLD;
                delivery.redrive(subscription, slot, evenIfOld, effects);
            }
            case COMPENSATE -> delivery.compensate(subscription, slot, effects);
            case SKIP -> delivery.settle(slot, effects);
        }
        return Outcome.DONE;
    }
}
