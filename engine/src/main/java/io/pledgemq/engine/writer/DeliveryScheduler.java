package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.Group;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Subscription;
import io.pledgemq.engine.state.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Matches waiting receivers with messages, and keeps the timers of leases and pauses. All of it is derived from the
 * state and rebuilt after a restart; what it decides is logged as commands.
 */
final class DeliveryScheduler {
    /** Most leases and pauses that may end in one turn. */
    private static final int TIMERS_PER_TURN = 4096;

    private final Core core;
    private final PendingAnswers answers;
    private final LeaseResolver resolver;
    private final DeliveryBudget budget;
    private final TimerHeap timers = new TimerHeap();
    private final Map<Integer, SubscriptionQueue> queues = new HashMap<>();
    private final Map<Integer, List<SubscriptionQueue>> queuesByTopic = new HashMap<>();
    private final ArrayDeque<SubscriptionQueue> dirty = new ArrayDeque<>();
    private final TreeSet<Waiter> deadlines =
            new TreeSet<>(Comparator.comparingLong(Waiter::deadlineMs).thenComparingLong(Waiter::number));
    private long waiters;
    private final Deliverer deliverer;
    private boolean hasStaleQueues;

    /** The receivers and the ready deliveries of one subscription. */
    static final class SubscriptionQueue {
        final Subscription subscription;
        final @Nullable MessageGroups groups;
        final IntQueue ready = new IntQueue();
        final LinkedHashSet<Waiter> waiters = new LinkedHashSet<>();
        /** Receivers that came since the queue was last served: most are served at once and never need a deadline. */
        final ArrayDeque<Waiter> newcomers = new ArrayDeque<>();

        boolean dirty;

        SubscriptionQueue(Subscription subscription, boolean fifo) {
            this.subscription = subscription;
            this.groups = fifo ? new MessageGroups() : null;
        }
    }

    /** A receiver that waits. */
    static final class Waiter {
        final Receive receive;
        private @Nullable SubscriptionQueue queue;
        private long deadlineMs;
        private long number;
        private boolean scheduled;

        Waiter(Receive receive) {
            this.receive = receive;
        }

        long deadlineMs() {
            return deadlineMs;
        }

        long number() {
            return number;
        }
    }

    /** Sends leased messages on after the force. */
    interface Deliverer {
        void deliver(Receive receive, List<LeasedMessage> leased);
    }

    DeliveryScheduler(Core core, PendingAnswers answers, Messages messages, Deliverer deliverer) {
        this.core = core;
        this.answers = answers;
        this.deliverer = deliverer;
        this.budget = new DeliveryBudget(core.state(), core.limits().rows(), core.limitAlerts());
        this.resolver = new LeaseResolver(core.state(), messages, budget);
        rebuild();
    }

    private void rebuild() {
        State state = core.state();
        for (Group group : state.groups().values()) {
            for (int id : group.subscriptions()) {
                subscribed(state.subscription(id));
            }
        }
        Deliveries deliveries = state.deliveries();
        List<Integer> ordered = new ArrayList<>();
        for (int slot = 0; slot < deliveries.end(); slot++) {
            if (deliveries.state(slot) == Deliveries.FREE) {
                continue;
            }
            if (deliveries.messageGroup(slot) != 0) {
                ordered.add(slot);
            } else if (deliveries.state(slot) != Deliveries.DEAD) {
                timers.set(slot, deliveries.due(slot));
            }
        }
        // In their former order: after a rewind a dead letter that was kept comes before messages that are delivered
        // again.
        ordered.sort(Comparator.<Integer>comparingInt(slot -> deliveries.nonce(slot) == 0 ? 1 : 0)
                .thenComparingLong(deliveries::offset));
        for (int slot : ordered) {
            enqueue(slot);
        }
    }

    /**
     * Adds a delivery to the queue of its message group. Starts its timer if it is the head or has no message group.
     */
    private void enqueue(int slot) {
        Deliveries deliveries = core.state().deliveries();
        long messageGroup = deliveries.messageGroup(slot);
        MessageGroups groups = queueOf(slot).groups;
        boolean free = messageGroup == 0 || groups == null;
        if (groups != null && !free) {
            free = groups.isHead(messageGroup, slot)
                    || (!groups.isQueued(messageGroup, slot, deliveries.nonce(slot)) && groups.add(messageGroup, slot));
        }
        if (free && deliveries.state(slot) != Deliveries.DEAD) {
            timers.set(slot, deliveries.due(slot));
        }
    }

    private void dequeue(int slot) {
        Deliveries deliveries = core.state().deliveries();
        timers.remove(slot);
        long messageGroup = deliveries.messageGroup(slot);
        SubscriptionQueue queue = queueOf(slot);
        if (messageGroup == 0 || queue.groups == null) {
            return;
        }
        int head = queue.groups.remove(messageGroup, slot);
        if (head >= 0 && deliveries.state(head) != Deliveries.DEAD) {
            timers.set(head, deliveries.due(head));
        }
        // The cursor may have waited for a held delivery to leave.
        touch(queue);
    }

    private SubscriptionQueue queueOf(int slot) {
        return queue(core.state().deliveries().subscription(slot));
    }

    private SubscriptionQueue queue(int subscription) {
        SubscriptionQueue queue = queues.get(subscription);
        if (queue == null) {
            throw new IllegalStateException("subscription " + subscription + " has no queue");
        }
        return queue;
    }

    void subscribed(Subscription subscription) {
        Group group = core.state().group(subscription.group());
        SubscriptionQueue queue = new SubscriptionQueue(
                subscription, group != null && group.config().fifo());
        queues.put(subscription.id(), queue);
        queuesByTopic
                .computeIfAbsent(subscription.topic(), topic -> new ArrayList<>())
                .add(queue);
    }

    void unsubscribed(Subscription subscription) {
        SubscriptionQueue queue = queue(subscription.id());
        for (Waiter waiter : List.copyOf(queue.waiters)) {
            remove(waiter);
            answers.add(
                    waiter.receive.answer(),
                    new Outcome.Refused(
                            Refusal.NOT_SUBSCRIBED,
                            "group '" + subscription.group() + "' was unsubscribed while it waited"));
        }
        budget.forget(queue);
        hasStaleQueues = true;
    }

    /** Removes the queues of removed subscriptions, whose deliveries have left by then. */
    private void forget() {
        hasStaleQueues = false;
        queues.values().removeIf(queue -> isGone(queue.subscription));
        queuesByTopic.values().forEach(list -> list.removeIf(queue -> isGone(queue.subscription)));
    }

    private boolean isGone(Subscription subscription) {
        Group group = core.state().group(subscription.group());
        return group == null || !group.subscriptions().contains(subscription.id());
    }

    void leased(int slot) {
        enqueue(slot);
    }

    void waiting(int slot) {
        enqueue(slot);
    }

    void dead(int slot) {
        Group group = core.state().group(queueOf(slot).subscription.group());
        if (group != null && group.config().deadLetterBlocks()) {
            timers.remove(slot);
        } else {
            dequeue(slot);
        }
    }

    void settled(int slot) {
        dequeue(slot);
        budget.settled(queueOf(slot)).forEach(this::touch);
    }

    void published(Topic topic) {
        for (SubscriptionQueue queue : queuesByTopic.getOrDefault(topic.id(), List.of())) {
            touch(queue);
        }
    }

    void groupChanged(String name) {
        for (SubscriptionQueue queue : queues.values()) {
            if (queue.subscription.group().equals(name)) {
                touch(queue);
            }
        }
    }

    private void touch(SubscriptionQueue queue) {
        if (!queue.dirty && !queue.waiters.isEmpty()) {
            queue.dirty = true;
            dirty.add(queue);
        }
    }

    /** Takes a request for messages; it is served in this turn or a later one. */
    void receive(Waiter waiter) {
        Receive receive = waiter.receive;
        if (receive.answer().isDone()) {
            return;
        }
        State state = core.state();
        Subscription subscription = state.subscription(receive.group(), receive.topic());
        if (subscription == null) {
            answers.add(receive.answer(), whyNot(receive));
            return;
        }
        SubscriptionQueue queue = queues.get(subscription.id());
        if (queue == null) {
            throw new IllegalStateException("subscription " + subscription.id() + " has no queue");
        }
        waiter.queue = queue;
        waiter.deadlineMs = state.engineMs() + receive.waitMs();
        waiter.number = waiters++;
        queue.waiters.add(waiter);
        queue.newcomers.add(waiter);
        touch(queue);
    }

    private Outcome whyNot(Receive receive) {
        Refusal why = Refusal.NOT_SUBSCRIBED;
        String text = "group '" + receive.group() + "' has not subscribed to topic '" + receive.topic()
                + "': subscribe it first";
        if (core.state().group(receive.group()) == null) {
            why = Refusal.UNKNOWN_GROUP;
            text = "unknown consumer group '" + receive.group() + "': create it first";
        } else if (core.state().topic(receive.topic()) == null) {
            why = Refusal.UNKNOWN_TOPIC;
            text = "unknown topic '" + receive.topic() + "': create it first";
        }
        return new Outcome.Refused(why, text);
    }

    /** Ends the leases and the pauses that are due. */
    void fireTimers() {
        if (hasStaleQueues) {
            forget();
        }
        Deliveries deliveries = core.state().deliveries();
        long now = core.state().engineMs();
        for (int i = 0; i < TIMERS_PER_TURN; i++) {
            int slot = timers.pollDue(now);
            if (slot < 0) {
                return;
            }
            if (deliveries.state(slot) == Deliveries.LEASED) {
                Command expire = new Command.ExpireLease(slot, deliveries.position(slot), deliveries.nonce(slot));
                if (core.run(expire) instanceof Outcome.Refused) {
                    timers.set(slot, now + Core.RETRY_WHEN_FULL_MS);
                }
            } else if (deliveries.state(slot) == Deliveries.WAITING) {
                SubscriptionQueue queue = queueOf(slot);
                queue.ready.add(slot);
                touch(queue);
            }
        }
    }

    /** Serves receivers that can be served, and those that waited long enough. */
    void match() {
        int rounds = dirty.size();
        for (int i = 0; i < rounds; i++) {
            SubscriptionQueue queue = dirty.remove();
            queue.dirty = false;
            serve(queue);
            schedule(queue);
        }
        long now = core.state().engineMs();
        while (!deadlines.isEmpty() && deadlines.first().deadlineMs <= now) {
            Waiter waiter = deadlines.first();
            remove(waiter);
            answers.add(waiter.receive.answer(), new Outcome.Received(List.of()));
        }
    }

    private void schedule(SubscriptionQueue queue) {
        for (Waiter waiter = queue.newcomers.poll(); waiter != null; waiter = queue.newcomers.poll()) {
            if (waiter.queue != null) {
                waiter.scheduled = true;
                deadlines.add(waiter);
            }
        }
    }

    /** Removes a receiver that went away or was served already. */
    void cancel(Waiter waiter) {
        remove(waiter);
    }

    /** Removes a waiter from its queue. */
    private void remove(Waiter waiter) {
        SubscriptionQueue queue = waiter.queue;
        if (queue != null) {
            queue.waiters.remove(waiter);
            waiter.queue = null;
            if (waiter.scheduled) {
                deadlines.remove(waiter);
            }
        }
    }

    private void serve(SubscriptionQueue queue) {
        Group group = core.state().group(queue.subscription.group());
        if (group == null || group.paused()) {
            return;
        }
        while (!queue.waiters.isEmpty()) {
            Waiter waiter = queue.waiters.iterator().next();
            if (waiter.receive.answer().isDone()) {
                remove(waiter);
                continue;
            }
            LeaseResolver.Resolved resolved = resolver.resolve(queue, waiter.receive);
            if (resolved.refused() != null) {
                remove(waiter);
                answers.add(waiter.receive.answer(), resolved.refused());
                continue;
            }
            Command.Lease lease = resolved.lease();
            if (lease == null) {
                return;
            }
            Outcome outcome = core.run(lease);
            if (outcome instanceof Outcome.Leased leased && leased.slots().length > 0) {
                remove(waiter);
                deliverer.deliver(waiter.receive, LeasedMessage.of(core.state(), leased.slots()));
            } else if (outcome instanceof Outcome.Refused) {
                LeaseResolver.putBack(queue, lease.again());
                return;
            } else if (resolved.more()) {
                touch(queue);
                return;
            }
        }
    }

    /** When there is something to do without a request, in engine ms. */
    long nextDue() {
        if (!dirty.isEmpty()) {
            return 0;
        }
        return Math.min(timers.nextDue(), deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.first().deadlineMs);
    }

    /** All receivers that wait for messages. */
    List<Receive> waiting() {
        List<Receive> all = new ArrayList<>();
        queues.values().forEach(queue -> queue.waiters.forEach(waiter -> all.add(waiter.receive)));
        return all;
    }
}
