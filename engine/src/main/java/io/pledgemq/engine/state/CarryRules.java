package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Command.CarryForward.Place;
import io.pledgemq.engine.command.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Moving long-lived messages out of old segments. Leased deliveries stay where they are: their receipts name the place.
 */
final class CarryRules {
    private final State state;

    CarryRules(State state) {
        this.state = state;
    }

    @Nullable
    Outcome answer(Command.CarryForward command) {
        boolean useful = pendingThere(command);
        for (Place place : command.places()) {
            useful |= publishedThere(place, command.ref()) != null;
        }
        for (int slot : command.deliverySlots()) {
            useful |= deliveryThere(slot, command.ref());
        }
        return useful ? null : Outcome.DONE;
    }

    private boolean pendingThere(Command.CarryForward command) {
        int slot = command.pendingSlot();
        Pending pending = state.pending;
        return slot >= 0
                && slot < pending.end()
                && pending.state(slot) != Pending.FREE
                && pending.ref(slot) == command.ref();
    }

    /** The topic, if the message stands at this place in it. */
    private @Nullable Topic publishedThere(Place place, long ref) {
        int id = place.topic();
        Topic topic = id >= 0 && id < state.topicsById.size() ? state.topicsById.get(id) : null;
        boolean there = topic != null
                && place.offset() >= topic.firstOffset()
                && place.offset() < topic.endOffset()
                && topic.ref(place.offset()) == ref;
        return there ? topic : null;
    }

    private boolean deliveryThere(int slot, long ref) {
        return state.deliveries.holds(slot, ref) && state.deliveries.state(slot) != Deliveries.LEASED;
    }

    Outcome apply(long position, Command.CarryForward command) {
        if (pendingThere(command)) {
            move(command.ref(), position);
            state.pending.ref(command.pendingSlot(), position);
        }
        for (Place place : command.places()) {
            Topic topic = publishedThere(place, command.ref());
            if (topic != null) {
                move(command.ref(), position);
                topic.moved(place.offset(), position);
            }
        }
        for (int slot : command.deliverySlots()) {
            if (deliveryThere(slot, command.ref())) {
                move(command.ref(), position);
                state.deliveries.ref(slot, position);
                if (state.deliveries.failure(slot) != 0) {
                    state.deliveries.failure(slot, position);
                }
            }
        }
        return Outcome.DONE;
    }

    private void move(long from, long to) {
        state.segments.release(from);
        state.segments.hold(to);
    }
}
