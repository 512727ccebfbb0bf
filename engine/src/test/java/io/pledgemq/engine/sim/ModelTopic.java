package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.TopicConfig;
import java.util.ArrayList;
import java.util.List;

/** A topic: the messages that became visible, in order. */
final class ModelTopic {
    final TopicConfig config;
    final List<ModelMessage> queue = new ArrayList<>();
    long first;

    ModelTopic(TopicConfig config) {
        this.config = config;
    }

    long end() {
        return queue.size();
    }

    ModelMessage at(long offset) {
        return queue.get((int) offset);
    }

    void publish(ModelMessage message) {
        Violation.check(message.offset < 0, "published twice: %s", message);
        message.offset = queue.size();
        message.status = ModelMessage.Status.VISIBLE;
        queue.add(message);
    }
}
