package io.pledgemq.engine.view;

import io.pledgemq.engine.command.Limits;
import java.util.List;

/**
 * Counters of the engine at one moment.
 *
 * @param wallMs the moment, by the engine's wall clock; ages are counted from it
 * @param topics all, those of dead letters included
 * @param waitingForTheirTime delayed messages
 * @param kept messages that topics keep, as {@code Limits.Rows.kept} counts them
 * @param commands logged since the start
 * @param forces of the log since the start
 * @param limits of what takes a row of memory: half messages, delayed messages and unsettled deliveries
 */
public record EngineStats(
        long wallMs,
        List<TopicView> topics,
        List<GroupView> groups,
        Undecided halfMessages,
        int waitingForTheirTime,
        long kept,
        long commands,
        long forces,
        long logBytes,
        boolean diskFull,
        Limits.Rows limits) {
    public EngineStats {
        topics = List.copyOf(topics);
        groups = List.copyOf(groups);
    }

    /**
     * Undecided half messages.
     *
     * @param count parked ones included
     * @param parked of them, those whose checks are exhausted
     * @param oldestMs wall ms when the oldest was stored, 0 without
     * @param checksAsked questions sent to senders since the start
     */
    public record Undecided(int count, int parked, long oldestMs, long checksAsked) {}

    /** Half messages, parked ones included. */
    public int undecided() {
        return halfMessages.count();
    }

    public int parked() {
        return halfMessages.parked();
    }

    /** Half messages and delayed messages. */
    public int pending() {
        return undecided() + waitingForTheirTime;
    }

    /** The subscriptions of all groups. */
    public List<SubscriptionView> subscriptions() {
        return groups.stream().flatMap(group -> group.subscriptions().stream()).toList();
    }
}
