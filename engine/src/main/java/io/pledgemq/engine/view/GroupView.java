package io.pledgemq.engine.view;

import io.pledgemq.engine.command.GroupConfig;
import java.util.List;

/**
 * A consumer group.
 *
 * @param paused true while nothing is delivered to it
 */
public record GroupView(GroupConfig config, boolean paused, List<SubscriptionView> subscriptions) {
    public GroupView {
        subscriptions = List.copyOf(subscriptions);
    }

    /** Messages that are leased now. */
    public int leased() {
        return subscriptions.stream().mapToInt(SubscriptionView::leased).sum();
    }

    /** Open dead letters. */
    public int dead() {
        return subscriptions.stream().mapToInt(SubscriptionView::dead).sum();
    }

    /** Unsettled messages without dead letters. */
    public long lag() {
        return subscriptions.stream().mapToLong(SubscriptionView::lag).sum();
    }
}
