package io.pledgemq.engine.view;

import io.pledgemq.engine.command.Limits;
import java.util.List;

/**
 * The engine at one moment.
 *
 * @param wallMs that moment by the engine's wall clock: ages are counted from it
 * @param topics with those of dead letters
 * @param waitingForTheirTime delayed messages
 * @param kept messages that topics keep, as {@code Limits.Rows.kept} counts them
 * @param commands logged since the start
 * @param forces of the log since the start
 * @param limits of what takes a row of memory: half and delayed messages, and what subscriptions have not settled
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
     * Half messages that nobody has decided.
     *
     * @param count parked ones included
     * @param parked of them, those whose checks are exhausted
     * @param oldestMs wall ms when the oldest was stored, 0 without
     * @param checksAsked questions put to senders since the start
     */
    public record Undecided(int count, int parked, long oldestMs, long checksAsked) {}

    /** Half messages, parked ones included. */
    public int undecided() {
        return halfMessages.count();
    }

    public int parked() {
        return halfMessages.parked();
    }

    /** Half messages and those that wait for their time. */
    public int pending() {
        return undecided() + waitingForTheirTime;
    }

    /** Of all groups. */
    public List<SubscriptionView> subscriptions() {
        return groups.stream().flatMap(group -> group.subscriptions().stream()).toList();
    }
}
