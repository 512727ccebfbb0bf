package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Bounds first deliveries by the memory for unsettled messages. A group without budget gets nothing new until something
 * is settled, which is alerted; redeliveries go on.
 */
final class DeliveryBudget {
    private final State state;
    private final Limits.Rows rows;
    private final LimitAlerts alerts;
    /** Queues whose new messages a limit holds back. */
    private final Set<DeliveryScheduler.SubscriptionQueue> stopped = new LinkedHashSet<>();
    /** The limit of all groups together holds some of them back. */
    private boolean stoppedByAll;

    DeliveryBudget(State state, Limits.Rows rows, LimitAlerts alerts) {
        this.state = state;
        this.rows = rows;
        this.alerts = alerts;
    }

    /**
     * Returns how many new messages a subscription may get now. One that may get none is notified when that changes.
     */
    int forNew(DeliveryScheduler.SubscriptionQueue queue) {
        int ofQueue = rows.unsettledPerSubscription() - queue.subscription.unsettled();
        int ofAll = rows.unsettled() - state.deliveries().used();
        if (Math.min(ofQueue, ofAll) > 0) {
            return Math.min(ofQueue, ofAll);
        }
        stopped.add(queue);
        if (ofQueue <= 0) {
            alert(queue.subscription);
        } else {
            stoppedByAll = true;
            alertAll();
        }
        return 0;
    }

    private void alert(Subscription subscription) {
        String group = subscription.group();
        String topic = state.topic(subscription.topic()).config().name();
        alerts.reached(
                "unsettledPerSubscription " + group + " " + topic,
                group,
                "group '" + group + "' gets no new messages of topic '" + topic + "': "
                        + counts(subscription.leased(), subscription.waiting(), subscription.dead())
                        + ", limit unsettledPerSubscription=" + rows.unsettledPerSubscription()
                        + "; what it got before is still tried again. Repair the consumer, settle dead letters, or"
                        + " raise the limit and the heap",
                () -> {
                    Subscription now = state.subscription(group, topic);
                    return now == null || LimitAlerts.isFree(now.unsettled(), rows.unsettledPerSubscription());
                });
    }

    private static String counts(int leased, int waiting, int dead) {
        return leased + " are being worked on, " + waiting + " wait for their next attempt, " + dead
                + " are open dead letters";
    }

    private void alertAll() {
        alerts.reached(
                "unsettled",
                "unsettled",
                "no group gets new messages: " + state.deliveries().used()
                        + " deliveries of all groups are not settled, limit unsettled=" + rows.unsettled()
                        + "; what was delivered before is still tried again. Repair the consumers, settle dead"
                        + " letters, or raise the limit and the heap",
                () -> LimitAlerts.isFree(state.deliveries().used(), rows.unsettled()));
    }

    /** A delivery of this queue is settled. Returns the queues that may get new messages now. */
    List<DeliveryScheduler.SubscriptionQueue> settled(DeliveryScheduler.SubscriptionQueue queue) {
        if (stoppedByAll) {
            List<DeliveryScheduler.SubscriptionQueue> all = new ArrayList<>(stopped);
            stopped.clear();
            stoppedByAll = false;
            return all;
        }
        return stopped.remove(queue) ? List.of(queue) : List.of();
    }

    /** The subscription of this queue is removed. */
    void forget(DeliveryScheduler.SubscriptionQueue queue) {
        stopped.remove(queue);
    }
}
