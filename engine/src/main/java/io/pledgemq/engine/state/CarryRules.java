package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Command.CarryForward.Place;
import io.pledgemq.engine.command.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The rules for moving long-lived messages out of old segments. Leased deliveries do not move: their receipts contain
 * the position.
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
            useful |= publishedThere(place, command.position()) != null;
        }
        for (int slot : command.deliverySlots()) {
            useful |= deliveryThere(slot, command.position());
        }
        return useful ? null : Outcome.DONE;
    }

    private boolean pendingThere(Command.CarryForward command) {
        int slot = command.pendingSlot();
        Pending pending = state.pending;
        return slot >= 0
                && slot < pending.end()
                && pending.state(slot) != Pending.FREE
                && pending.position(slot) == command.position();
    }

    /** The topic if the message is at this place in it, else null. */
    private @Nullable Topic publishedThere(Place place, long position) {
        int id = place.topic();
        Topic topic = id >= 0 && id < state.topicsById.size() ? state.topicsById.get(id) : null;
        boolean there = topic != null
                && place.offset() >= topic.firstOffset()
                && place.offset() < topic.endOffset()
                && topic.position(place.offset()) == position;
        return there ? topic : null;
    }

    private boolean deliveryThere(int slot, long position) {
        return state.deliveries.holds(slot, position) && state.deliveries.state(slot) != Deliveries.LEASED;
    }

    Outcome apply(long position, Command.CarryForward command) {
        if (pendingThere(command)) {
            move(command.position(), position);
            state.pending.position(command.pendingSlot(), position);
        }
        for (Place place : command.places()) {
            Topic topic = publishedThere(place, command.position());
            if (topic != null) {
                move(command.position(), position);
                topic.moved(place.offset(), position);
            }
        }
        for (int slot : command.deliverySlots()) {
            if (deliveryThere(slot, command.position())) {
                move(command.position(), position);
                state.deliveries.position(slot, position);
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
