package io.pledgemq.engine.sim;

import io.pledgemq.engine.sim.ModelMessage.Status;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Topic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Ordered half messages: none is published while an earlier one of its message group is undecided and not parked. */
final class ModelPublishOrder {
    private final Model model;

    ModelPublishOrder(Model model) {
        this.model = model;
    }

    private Stream<ModelMessage> queueOf(ModelMessage message) {
        return model.messages.values().stream()
                .filter(other -> other.queued
                        && other.message.topic().equals(message.message.topic())
                        && Objects.equals(other.message.messageGroup(), message.message.messageGroup()));
    }

    boolean isHeldUp(ModelMessage message) {
        return queueOf(message).anyMatch(other -> other.transactionId < message.transactionId);
    }

    /** Removes and returns the messages that waited only for this one, which left the queue. */
    List<ModelMessage> behind(ModelMessage message) {
        List<ModelMessage> free = new ArrayList<>();
        for (ModelMessage other : queueOf(message)
                .sorted(Comparator.comparingLong(m -> m.transactionId))
                .toList()) {
            if (other.status != Status.HELD) {
                break;
            }
            other.queued = false;
            free.add(other);
        }
        return free;
    }

    /**
     * Messages that are parked at the end of a turn hold up no others; the engine chooses in which order the groups go
     * on.
     */
    void released(State state, boolean whole) {
        Pending pending = state.pending();
        for (ModelMessage message : model.messages.values()) {
            int slot = pending.find(
                    message.message.id().high(), message.message.id().low());
            if (message.queued && message.status == Status.UNDECIDED && slot >= 0 && !pending.ordered(slot)) {
                boolean exhausted = message.checks >= model.checks.maxChecks() && message.due <= model.now;
                Violation.check(exhausted || !message.said.isEmpty(), "no message waits any more for %s", message);
                message.queued = false;
            }
        }
        for (ModelTopic topic : model.topics.values()) {
            Topic actual = state.topic(topic.config.name());
            while (actual != null && actual.firstOffset() <= topic.end() && topic.end() < actual.endOffset()) {
                ModelMessage next = model.atPosition(actual.position(topic.end()));
                if (next == null || next.status != Status.HELD) {
                    break;
                }
                Violation.check(!isHeldUp(next), "published before its predecessor: %s", next);
                next.queued = false;
                topic.publish(next);
            }
        }
        for (ModelMessage message : model.messages.values()) {
            Violation.check(
                    !whole || message.status != Status.HELD || isHeldUp(message), "waits for no message: %s", message);
        }
    }

    /** Takes the engine's state over after a crash. */
    static void takeOver(ModelMessage message, Pending pending, int slot) {
        message.queued = slot >= 0 && pending.state(slot) != Pending.FREE && pending.ordered(slot);
    }
}
