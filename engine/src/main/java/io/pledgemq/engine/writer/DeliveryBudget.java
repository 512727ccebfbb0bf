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
    /** Lines that have new messages and no room for them. */
    private final Set<DeliveryScheduler.Line> stopped = new LinkedHashSet<>();
    /** Some of them because of all groups together. */
    private boolean stoppedByAll;

    DeliveryBudget(State state, Limits.Rows rows, LimitAlerts alerts) {
        this.state = state;
        this.rows = rows;
        this.alerts = alerts;
    }

    /**
     * Returns how many new messages a subscription may get now. One that may get none is notified when that changes.
     */
    int forNew(DeliveryScheduler.Line line) {
        int ofLine = rows.unsettledPerSubscription() - line.subscription.unsettled();
        int ofAll = rows.unsettled() - state.deliveries().used();
        if (Math.min(ofLine, ofAll) > 0) {
            return Math.min(ofLine, ofAll);
        }
        stopped.add(line);
        if (ofLine <= 0) {
            tell(line.subscription);
        } else {
            stoppedByAll = true;
            tellAll();
        }
        return 0;
    }

    private void tell(Subscription subscription) {
        String group = subscription.group();
        String topic = state.topic(subscription.topic()).config().name();
        alerts.reached(
                "unsettledPerSubscription " + group + " " + topic,
                group,
                "group '" + group + "' gets no new messages of topic '" + topic + "': "
                        + counts(subscription.leased(), subscription.waiting(), subscription.dead())
                        + ", limit unsettledPerSubscription=" + rows.unsettledPerSubscription()
                        + "; what it got before is tried again as ever. Repair the consumer, settle dead letters, or"
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

    private void tellAll() {
        alerts.reached(
                "unsettled",
                "unsettled",
                "no group gets new messages: " + state.deliveries().used()
                        + " deliveries of all groups are not settled, limit unsettled=" + rows.unsettled()
                        + "; what was delivered before is tried again as ever. Repair the consumers, settle dead"
                        + " letters, or raise the limit and the heap",
                () -> LimitAlerts.isFree(state.deliveries().used(), rows.unsettled()));
    }

    /** A delivery of this line is settled. Returns the lines that may have room for new messages now. */
    List<DeliveryScheduler.Line> settled(DeliveryScheduler.Line line) {
        if (stoppedByAll) {
            List<DeliveryScheduler.Line> all = new ArrayList<>(stopped);
            stopped.clear();
            stoppedByAll = false;
            return all;
        }
        return stopped.remove(line) ? List.of(line) : List.of();
    }

    /** The line is gone. */
    void forget(DeliveryScheduler.Line line) {
        stopped.remove(line);
    }
}
