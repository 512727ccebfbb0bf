package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How many messages may be delivered for the first time before memory is full of unsettled ones. Without room a group
 * gets nothing new until something is settled, which is alerted; what it got before is delivered again as ever.
 */
final class DeliveryRoom {
    private final State state;
    private final Limits.Rows rows;
    private final LimitNews news;
    /** Lines that have new messages and no room for them. */
    private final Set<DeliveryDesk.Line> stopped = new LinkedHashSet<>();
    /** Some of them because of all groups together. */
    private boolean stoppedByAll;

    DeliveryRoom(State state, Limits.Rows rows, LimitNews news) {
        this.state = state;
        this.rows = rows;
        this.news = news;
    }

    /** How many new messages a line may get just now; without room for any it is told when there is some again. */
    int forNew(DeliveryDesk.Line line) {
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
        news.reached(
                "unsettledPerSubscription " + group + " " + topic,
                group,
                "group '" + group + "' gets no new messages of topic '" + topic + "': "
                        + counts(subscription.leased(), subscription.waiting(), subscription.dead())
                        + ", limit unsettledPerSubscription=" + rows.unsettledPerSubscription()
                        + "; what it got before is tried again as ever. Repair the consumer, settle dead letters, or"
                        + " raise the limit and the heap",
                () -> {
                    Subscription now = state.subscription(group, topic);
                    return now == null || LimitNews.isFree(now.unsettled(), rows.unsettledPerSubscription());
                });
    }

    private static String counts(int leased, int waiting, int dead) {
        return leased + " are being worked on, " + waiting + " wait for their next attempt, " + dead
                + " are open dead letters";
    }

    private void tellAll() {
        news.reached(
                "unsettled",
                "unsettled",
                "no group gets new messages: " + state.deliveries().used()
                        + " deliveries of all groups are not settled, limit unsettled=" + rows.unsettled()
                        + "; what was delivered before is tried again as ever. Repair the consumers, settle dead"
                        + " letters, or raise the limit and the heap",
                () -> LimitNews.isFree(state.deliveries().used(), rows.unsettled()));
    }

    /** A delivery of this line is settled. Returns the lines that may have room for new messages now. */
    List<DeliveryDesk.Line> settled(DeliveryDesk.Line line) {
        if (stoppedByAll) {
            List<DeliveryDesk.Line> all = new ArrayList<>(stopped);
            stopped.clear();
            stoppedByAll = false;
            return all;
        }
        return stopped.remove(line) ? List.of(line) : List.of();
    }

    /** The line is gone. */
    void forget(DeliveryDesk.Line line) {
        stopped.remove(line);
    }
}
