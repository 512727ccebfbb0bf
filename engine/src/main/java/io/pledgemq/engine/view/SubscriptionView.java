package io.pledgemq.engine.view;

import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.state.Group;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Subscription;
import io.pledgemq.engine.state.Topic;

/**
 * A group's progress on a topic.
 *
 * @param fresh messages not yet delivered for the first time
 * @param leased being worked on
 * @param waiting waiting for their next attempt, or held behind an older message of their group
 * @param dead open dead letters
 * @param totals counters since the subscription was created
 * @param oldestMs wall ms when the oldest unsettled message was published, dead letters left out; up to a minute or
 *     1,024 messages too early; 0 when everything is settled
 * @param full a limit of unsettled messages is reached, its own or that of all groups: it gets no new ones until some
 *     are settled, see {@link Limits.Rows}
 */
public record SubscriptionView(
        String group,
        String topic,
        boolean paused,
        long fresh,
        int leased,
        int waiting,
        int dead,
        Totals totals,
        long oldestMs,
        boolean full) {

    /**
     * Counters that only grow.
     *
     * @param delivered leases given, redeliveries included
     * @param acked messages that were acknowledged
     * @param failed attempts that failed
     * @param skipped messages that a filter left out
     * @param dead messages that became dead letters
     */
    public record Totals(long delivered, long acked, long failed, long skipped, long dead) {}

    /** Unsettled messages without dead letters. */
    public long lag() {
        return fresh + leased + waiting;
    }

    /** Rows of memory that it uses, dead letters included. */
    public int unsettled() {
        return leased + waiting + dead;
    }

    /** @param oldestOffset of the oldest unsettled message that was leased before, or {@link Long#MAX_VALUE} */
    static SubscriptionView of(
            State state, Group group, Subscription subscription, long oldestOffset, Limits.Rows limits) {
        Topic topic = state.topic(subscription.topic());
        long oldest = Math.min(oldestOffset, subscription.next());
        long oldestMs = oldest < topic.endOffset() ? topic.publishedAtMs(oldest) : 0;
        return new SubscriptionView(
                subscription.group(),
                topic.config().name(),
                group.paused(),
                topic.endOffset() - subscription.next(),
                subscription.leased(),
                subscription.waiting(),
                subscription.dead(),
                new Totals(
                        subscription.delivered(),
                        subscription.acked(),
                        subscription.failed(),
                        subscription.skipped(),
                        subscription.deadTotal()),
                oldestMs,
                subscription.unsettled() >= limits.unsettledPerSubscription()
                        || state.deliveries().used() >= limits.unsettled());
    }
}
