package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Outcome;
import org.jspecify.annotations.Nullable;

/** The rules for offsets in a topic: where subscriptions continue, and where the topic begins. */
final class CursorRules {
    private final State state;

    CursorRules(State state) {
        this.state = state;
    }

    /** Forgets a topic's messages before this offset, so that it no longer needs their segments. */
    static void forget(State state, Topic topic, long before) {
        for (long offset = topic.firstOffset(); offset < before; offset++) {
            state.segments.release(topic.position(offset));
        }
        topic.trim(before);
    }

    @Nullable
    Outcome answer(Command.MoveCursor command) {
        return state.subscription(command.group(), command.topic()) == null
                ? CatalogRules.notSubscribed(command.group(), command.topic())
                : null;
    }

    Outcome apply(Command.MoveCursor command, Effects effects) {
        Subscription subscription = state.subscribed(command.group(), command.topic());
        Topic topic = state.topic(subscription.topic());
        long target = Math.max(topic.firstOffset(), Math.min(command.offset(), topic.endOffset()));
        Deliveries deliveries = state.deliveries;
        for (int slot = 0; slot < deliveries.end(); slot++) {
            if (isRewound(subscription, slot, target)) {
                DeliveryRules.leave(subscription, deliveries.state(slot));
                effects.settled(slot);
                state.segments.release(deliveries.position(slot));
                deliveries.remove(slot);
            }
        }
        subscription.next = target;
        state.chose(target);
        effects.groupChanged(command.group());
        return Outcome.DONE;
    }

    /**
     * Whether the move drops a delivery: an unsettled one at or behind the new cursor, which is delivered again from
     * there. A delivery that an operator redrove stays.
     */
    private boolean isRewound(Subscription subscription, int slot, long target) {
        Deliveries deliveries = state.deliveries;
        int mode = deliveries.state(slot);
        return (mode == Deliveries.LEASED || mode == Deliveries.WAITING)
                && deliveries.subscription(slot) == subscription.id()
                && deliveries.kind(slot) == Deliveries.MESSAGE
                && deliveries.revision(slot) == 0
                && deliveries.offset(slot) >= target;
    }

    @Nullable
    Outcome answer(Command.Trim command) {
        Topic topic = state.topics.get(command.topic());
        if (topic == null) {
            return CatalogRules.unknownTopic(command.topic());
        }
        return trimTo(topic, command.beforeOffset()) == topic.firstOffset() ? Outcome.DONE : null;
    }

    Outcome apply(Command.Trim command) {
        Topic topic = state.topics.get(command.topic());
        if (topic == null) {
            throw new Invariant.Broken("trimmed topic exists: " + command.topic());
        }
        forget(state, topic, trimTo(topic, command.beforeOffset()));
        state.chose(topic.firstOffset());
        return Outcome.DONE;
    }

    /** The offset to trim to: at most the first one that a subscription has not seen. */
    private long trimTo(Topic topic, long wanted) {
        long allowed = Math.max(topic.firstOffset(), Math.min(wanted, topic.endOffset()));
        for (Subscription subscription : state.subscriptions) {
            if (subscription != null && subscription.topic() == topic.id()) {
                allowed = Math.min(allowed, subscription.next);
            }
        }
        return allowed;
    }
}
