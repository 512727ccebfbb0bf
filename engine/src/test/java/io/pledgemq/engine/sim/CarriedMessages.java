package io.pledgemq.engine.sim;

import io.pledgemq.engine.log.Position;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Topic;
import org.jspecify.annotations.Nullable;

/**
 * Messages that maintenance carried forward in this turn, or in the one that crashed. The engine chooses when; this
 * class checks that only the segment that is being emptied loses messages, that no leased message moves, and that one
 * message at a time moves, to one new position.
 */
final class CarriedMessages {
    private final Model model;
    private final State state;
    private long from;
    private long to;

    CarriedMessages(Model model, State state) {
        this.model = model;
        this.state = state;
    }

    /**
     * Takes the new positions over into the model. Returns the position of the carried message, or 0 if there is none.
     */
    long takeOver() {
        if (model.emptying == 0) {
            return 0;
        }
        model.messages.values().forEach(this::pending);
        model.topics.values().forEach(this::queue);
        for (ModelGroup group : model.groups.values()) {
            for (ModelSubscription subscription : group.subscriptions.values()) {
                subscription.rows.values().forEach(this::row);
            }
        }
        return to;
    }

    private void pending(ModelMessage message) {
        Pending pending = state.pending();
        int slot =
                pending.find(message.message.id().high(), message.message.id().low());
        if (message.isPending() && slot >= 0 && pending.position(slot) != message.position) {
            moved(message.position, pending.position(slot), message);
            model.setPosition(message, pending.position(slot));
        }
    }

    private void queue(ModelTopic topic) {
        Topic actual = state.topic(topic.config.name());
        if (actual == null) {
            return;
        }
        long end = Math.min(topic.end(), actual.endOffset());
        for (long offset = Math.max(topic.first, actual.firstOffset()); offset < end; offset++) {
            ModelEntry entry = topic.at(offset);
            if (actual.position(offset) != entry.position) {
                moved(entry.position, actual.position(offset), entry);
                entry.position = actual.position(offset);
                if (topic.holdsDeadLetters()) {
                    model.known(new ModelEntry(entry.origin, entry.message, entry.position));
                } else {
                    model.setPosition(entry.origin, entry.position);
                }
            }
        }
    }

    private void row(ModelRow row) {
        Deliveries deliveries = state.deliveries();
        boolean here = deliveries.state(row.slot) != Deliveries.FREE && deliveries.offset(row.slot) == row.offset;
        if (here && !row.edited && deliveries.position(row.slot) != row.position) {
            Violation.check(row.state != Deliveries.LEASED || row.uncertain, "carried although it is leased: %s", row);
            moved(row.position, deliveries.position(row.slot), row);
            row.position = deliveries.position(row.slot);
            model.known(new ModelEntry(row.origin, row.message, row.position));
        }
    }

    private void moved(long before, long now, @Nullable Object what) {
        Violation.check(
                Position.segment(before) == model.emptying && Position.segment(now) > model.emptying,
                "carried from %x to %x while segment %d is emptied: %s",
                before,
                now,
                model.emptying,
                what);
        Violation.check(
                to == 0 || (from == before && to == now),
                "carried from %x to %x, and in the same turn from %x to %x: %s",
                from,
                to,
                before,
                now,
                what);
        from = before;
        to = now;
    }
}
