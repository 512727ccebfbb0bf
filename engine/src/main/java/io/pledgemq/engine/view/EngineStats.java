package io.pledgemq.engine.view;

import java.util.List;

/**
 * The engine at one moment.
 *
 * @param undecided half messages, parked ones included
 * @param commands logged since the start
 * @param forces of the log since the start
 */
public record EngineStats(
        List<TopicView> topics,
        List<SubscriptionView> subscriptions,
        int undecided,
        int parked,
        long commands,
        long forces,
        long logBytes,
        boolean diskFull) {
    public EngineStats {
        topics = List.copyOf(topics);
        subscriptions = List.copyOf(subscriptions);
    }
}
