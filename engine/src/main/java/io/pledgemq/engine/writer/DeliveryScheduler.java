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
    /** Leases that may run out in one turn. */
    private static final int TIMERS_PER_TURN = 4096;

    private final Core core;
    private final PendingAnswers releases;
    private final LeaseResolver resolver;
    private final DeliveryBudget budget;
    private final TimerHeap timers = new TimerHeap();
    private final Map<Integer, Line> lines = new HashMap<>();
    private final Map<Integer, List<Line>> linesByTopic = new HashMap<>();
    private final ArrayDeque<Line> dirty = new ArrayDeque<>();
    private final TreeSet<Waiter> deadlines =
            new TreeSet<>(Comparator.comparingLong(Waiter::deadlineMs).thenComparingLong(Waiter::number));
    private long waiters;
    private final Deliverer deliverer;
    private boolean gone;

    /** One subscription's side of the desk. */
    static final class Line {
        final Subscription subscription;
        final @Nullable MessageGroups groups;
        final IntQueue ready = new IntQueue();
        final LinkedHashSet<Waiter> waiters = new LinkedHashSet<>();
        /** Those that came since the line was last served: most are served at once and never need a deadline. */
        final ArrayDeque<Waiter> newcomers = new ArrayDeque<>();

        boolean dirty;

        Line(Subscription subscription, boolean fifo) {
            this.subscription = subscription;
            this.groups = fifo ? new MessageGroups() : null;
        }
    }

    /** A receiver that waits. */
    static final class Waiter {
        final Receive receive;
        private @Nullable Line line;
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

    DeliveryScheduler(Core core, PendingAnswers releases, Messages messages, Deliverer deliverer) {
        this.core = core;
        this.releases = releases;
        this.deliverer = deliverer;
        this.budget = new DeliveryBudget(core.state(), core.limits().rows(), core.limitNews());
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
        // As they stood before: after a rewind a dead letter that was kept stands before what is delivered afresh.
        ordered.sort(Comparator.<Integer>comparingInt(slot -> deliveries.nonce(slot) == 0 ? 1 : 0)
                .thenComparingLong(deliveries::offset));
        for (int slot : ordered) {
            stand(slot);
        }
    }

    /** Puts a delivery into the line of its message group, or starts its timer if it is the head or needs no line. */
    private void stand(int slot) {
        Deliveries deliveries = core.state().deliveries();
        long messageGroup = deliveries.messageGroup(slot);
        MessageGroups groups = lineOf(slot).groups;
        boolean free = messageGroup == 0 || groups == null;
        if (groups != null && !free) {
            free = groups.isHead(messageGroup, slot)
                    || (!groups.isStanding(messageGroup, slot, deliveries.nonce(slot))
                            && groups.stand(messageGroup, slot));
        }
        if (free && deliveries.state(slot) != Deliveries.DEAD) {
            timers.set(slot, deliveries.due(slot));
        }
    }

    private void leave(int slot) {
        Deliveries deliveries = core.state().deliveries();
        timers.remove(slot);
        long messageGroup = deliveries.messageGroup(slot);
        Line line = lineOf(slot);
        if (messageGroup == 0 || line.groups == null) {
            return;
        }
        int head = line.groups.leave(messageGroup, slot);
        if (head >= 0 && deliveries.state(head) != Deliveries.DEAD) {
            timers.set(head, deliveries.due(head));
        }
        // With one fewer held the cursor may go on, if it waited for that.
        touch(line);
    }

    private Line lineOf(int slot) {
        return line(core.state().deliveries().subscription(slot));
    }

    private Line line(int subscription) {
        Line line = lines.get(subscription);
        if (line == null) {
            throw new IllegalStateException("subscription " + subscription + " has no line");
        }
        return line;
    }

    void subscribed(Subscription subscription) {
        Group group = core.state().group(subscription.group());
        Line line = new Line(subscription, group != null && group.config().fifo());
        lines.put(subscription.id(), line);
        linesByTopic
                .computeIfAbsent(subscription.topic(), topic -> new ArrayList<>())
                .add(line);
    }

    void unsubscribed(Subscription subscription) {
        Line line = line(subscription.id());
        for (Waiter waiter : List.copyOf(line.waiters)) {
            remove(waiter);
            releases.add(
                    waiter.receive.answer(),
                    new Outcome.Refused(
                            Refusal.NOT_SUBSCRIBED,
                            "group '" + subscription.group() + "' was unsubscribed while it waited"));
        }
        budget.forget(line);
        gone = true;
    }

    /** After {@link #unsubscribed} and after its deliveries left. */
    private void forget() {
        gone = false;
        lines.values().removeIf(line -> isGone(line.subscription));
        linesByTopic.values().forEach(list -> list.removeIf(line -> isGone(line.subscription)));
    }

    private boolean isGone(Subscription subscription) {
        Group group = core.state().group(subscription.group());
        return group == null || !group.subscriptions().contains(subscription.id());
    }

    void leased(int slot) {
        stand(slot);
    }

    void waiting(int slot) {
        stand(slot);
    }

    void dead(int slot) {
        Group group = core.state().group(lineOf(slot).subscription.group());
        if (group != null && group.config().deadLetterBlocks()) {
            timers.remove(slot);
        } else {
            leave(slot);
        }
    }

    void settled(int slot) {
        leave(slot);
        budget.settled(lineOf(slot)).forEach(this::touch);
    }

    void published(Topic topic) {
        for (Line line : linesByTopic.getOrDefault(topic.id(), List.of())) {
            touch(line);
        }
    }

    void groupChanged(String name) {
        for (Line line : lines.values()) {
            if (line.subscription.group().equals(name)) {
                touch(line);
            }
        }
    }

    private void touch(Line line) {
        if (!line.dirty && !line.waiters.isEmpty()) {
            line.dirty = true;
            dirty.add(line);
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
            releases.add(receive.answer(), whyNot(receive));
            return;
        }
        Line line = lines.get(subscription.id());
        if (line == null) {
            throw new IllegalStateException("subscription " + subscription.id() + " has no line");
        }
        waiter.line = line;
        waiter.deadlineMs = state.engineMs() + receive.waitMs();
        waiter.number = waiters++;
        line.waiters.add(waiter);
        line.newcomers.add(waiter);
        touch(line);
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

    /** Lets leases run out and pauses end. */
    void fireTimers() {
        if (gone) {
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
                Line line = lineOf(slot);
                line.ready.add(slot);
                touch(line);
            }
        }
    }

    /** Serves receivers that can be served, and those that waited long enough. */
    void match() {
        int rounds = dirty.size();
        for (int i = 0; i < rounds; i++) {
            Line line = dirty.remove();
            line.dirty = false;
            serve(line);
            schedule(line);
        }
        long now = core.state().engineMs();
        while (!deadlines.isEmpty() && deadlines.first().deadlineMs <= now) {
            Waiter waiter = deadlines.first();
            remove(waiter);
            releases.add(waiter.receive.answer(), new Outcome.Received(List.of()));
        }
    }

    private void schedule(Line line) {
        for (Waiter waiter = line.newcomers.poll(); waiter != null; waiter = line.newcomers.poll()) {
            if (waiter.line != null) {
                waiter.scheduled = true;
                deadlines.add(waiter);
            }
        }
    }

    /** A receiver went away, or was served already. */
    void cancel(Waiter waiter) {
        remove(waiter);
    }

    /** Takes a waiter out of its line. */
    private void remove(Waiter waiter) {
        Line line = waiter.line;
        if (line != null) {
            line.waiters.remove(waiter);
            waiter.line = null;
            if (waiter.scheduled) {
                deadlines.remove(waiter);
            }
        }
    }

    private void serve(Line line) {
        Group group = core.state().group(line.subscription.group());
        if (group == null || group.paused()) {
            return;
        }
        while (!line.waiters.isEmpty()) {
            Waiter waiter = line.waiters.iterator().next();
            if (waiter.receive.answer().isDone()) {
                remove(waiter);
                continue;
            }
            LeaseResolver.Resolved resolved = resolver.resolve(line, waiter.receive);
            if (resolved.refused() != null) {
                remove(waiter);
                releases.add(waiter.receive.answer(), resolved.refused());
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
                LeaseResolver.giveBack(line, lease.again());
                return;
            } else if (resolved.more()) {
                touch(line);
                return;
            }
        }
    }

    /** When something is to be done without a request, in engine ms. */
    long nextDue() {
        if (!dirty.isEmpty()) {
            return 0;
        }
        return Math.min(timers.nextDue(), deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.first().deadlineMs);
    }

    /** Everybody who waits for messages. */
    List<Receive> waiting() {
        List<Receive> all = new ArrayList<>();
        lines.values().forEach(line -> line.waiters.forEach(waiter -> all.add(waiter.receive)));
        return all;
    }
}
