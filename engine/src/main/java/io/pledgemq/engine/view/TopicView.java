package io.pledgemq.engine.view;

import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.state.Topic;

/**
 * A topic's counters since it was created.
 *
 * @param queues number that its clients see
 * @param pending undecided, parked and delayed messages
 * @param firstOffset first message that is kept
 * @param endOffset offset of the next message
 */
public record TopicView(
        String name,
        TopicType type,
        int queues,
        long stored,
        long committed,
        long rolledBack,
        int pending,
        long firstOffset,
        long endOffset) {

    static TopicView of(Topic topic) {
        return new TopicView(
                topic.config().name(),
                topic.config().type(),
                topic.config().queues(),
                topic.stored(),
                topic.committed(),
                topic.rolledBack(),
                topic.pending(),
                topic.firstOffset(),
                topic.endOffset());
    }
}
