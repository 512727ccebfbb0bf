package io.pledgemq.engine.sim;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A group's progress on a topic. */
final class ModelSubscription {
    final ModelGroup group;
    final ModelTopic topic;
    final Map<Integer, ModelRow> rows = new TreeMap<>();
    long next;

    ModelSubscription(ModelGroup group, ModelTopic topic, long next) {
        this.group = group;
        this.topic = topic;
        this.next = next;
    }

    /** An older message of the same message group that is not settled, or null. */
    @Nullable
    ModelRow predecessor(ModelMessage message) {
        String messageGroup = message.message.messageGroup();
        if (!group.config.fifo() || messageGroup == null) {
            return null;
        }
        for (ModelRow row : rows.values()) {
            if (row.ordered && row.offset < message.offset && messageGroup.equals(row.origin.message.messageGroup())) {
                return row;
            }
        }
        return null;
    }

    /** Whether the row has to wait behind another one of its message group. */
    boolean isBusy(ModelRow mine) {
        String messageGroup = mine.origin.message.messageGroup();
        return group.config.fifo()
                && messageGroup != null
                && rows.values().stream()
                        .anyMatch(row ->
                                row.ordered && row != mine && messageGroup.equals(row.origin.message.messageGroup()));
    }

    @Override
    public String toString() {
        return group.config.name() + "/" + topic.config.name();
    }
}
