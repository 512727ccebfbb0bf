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
final class ModelLines {
    private final Model model;

    ModelLines(Model model) {
        this.model = model;
    }

    private Stream<ModelMessage> lineOf(ModelMessage message) {
        return model.messages.values().stream()
                .filter(other -> other.inLine
                        && other.message.topic().equals(message.message.topic())
                        && Objects.equals(other.message.messageGroup(), message.message.messageGroup()));
    }

    boolean isHeldUp(ModelMessage message) {
        return lineOf(message).anyMatch(other -> other.transactionId < message.transactionId);
    }

    /** Those that waited for nobody but this one, which left the line; they leave it too. */
    List<ModelMessage> behind(ModelMessage message) {
        List<ModelMessage> free = new ArrayList<>();
        for (ModelMessage other : lineOf(message)
                .sorted(Comparator.comparingLong(m -> m.transactionId))
                .toList()) {
            if (other.status != Status.HELD) {
                break;
            }
            other.inLine = false;
            free.add(other);
        }
        return free;
    }

    /** What is parked at the end of a turn holds up nobody; in which order the groups go on is the engine's choice. */
    void released(State state, boolean whole) {
        Pending pending = state.pending();
        for (ModelMessage message : model.messages.values()) {
            int slot = pending.find(
                    message.message.id().high(), message.message.id().low());
            if (message.inLine && message.status == Status.UNDECIDED && slot >= 0 && !pending.ordered(slot)) {
                boolean exhausted = message.checks >= model.checks.maxChecks() && message.due <= model.now;
                Violation.check(exhausted || !message.said.isEmpty(), "nobody waits any more for %s", message);
                message.inLine = false;
            }
        }
        for (ModelTopic topic : model.topics.values()) {
            Topic actual = state.topic(topic.config.name());
            while (actual != null && actual.firstOffset() <= topic.end() && topic.end() < actual.endOffset()) {
                ModelMessage next = model.atPlace(actual.position(topic.end()));
                if (next == null || next.status != Status.HELD) {
                    break;
                }
                Violation.check(!isHeldUp(next), "published before its predecessor: %s", next);
                next.inLine = false;
                topic.publish(next);
            }
        }
        for (ModelMessage message : model.messages.values()) {
            Violation.check(
                    !whole || message.status != Status.HELD || isHeldUp(message), "waits for nobody: %s", message);
        }
    }

    /** After a crash. */
    static void takeOver(ModelMessage message, Pending pending, int slot) {
        message.inLine = slot >= 0 && pending.state(slot) != Pending.FREE && pending.ordered(slot);
    }
}
