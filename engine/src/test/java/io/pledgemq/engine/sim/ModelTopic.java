package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.TopicConfig;
import java.util.ArrayList;
import java.util.List;

/** A topic: the messages that became visible, in order. */
final class ModelTopic {
    TopicConfig config;
    final List<ModelEntry> queue = new ArrayList<>();
    /** Dead letters of this turn; the engine chooses their order. */
    final List<ModelEntry> died = new ArrayList<>();

    /**
     * Dead letters, perhaps, of leases that ran out in this turn while the disk was full: the engine decides whether
     * they died.
     */
    final List<ModelEntry> doubtful = new ArrayList<>();

    long first;

    ModelTopic(TopicConfig config) {
        this.config = config;
    }

    boolean holdsDeadLetters() {
        return TopicConfig.holdsDeadLetters(config.name());
    }

    long end() {
        return queue.size();
    }

    /** With those that died in this turn. */
    long endNow() {
        return end() + died.size();
    }

    ModelEntry at(long offset) {
        return queue.get((int) offset);
    }

    void publish(ModelMessage message) {
        Violation.check(message.offset < 0, "published twice: %s", message);
        message.offset = queue.size();
        message.status = ModelMessage.Status.VISIBLE;
        queue.add(new ModelEntry(message, message.message, message.position));
    }
}
