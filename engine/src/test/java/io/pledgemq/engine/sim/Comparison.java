package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.MessageFilter;
import io.pledgemq.engine.sim.ModelMessage.Status;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.Group;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Subscription;
import io.pledgemq.engine.state.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks after a turn that the engine's state equals the model. The engine's free choices (pauses within their jitter,
 * which messages are held, positions of edited ones, how much a trim forgets) are read from its state, checked, and
 * taken over.
 */
final class Comparison {
    private final Model model;
    private final State state;
    /** Rows of deliveries by subscription. */
    private final Map<Integer, List<Integer>> slots = new HashMap<>();

    Comparison(Model model, State state) {
        this.model = model;
        this.state = state;
        Deliveries deliveries = state.deliveries();
        for (int slot = 0; slot < deliveries.end(); slot++) {
            if (deliveries.state(slot) != Deliveries.FREE) {
                slots.computeIfAbsent(deliveries.subscription(slot), id -> new ArrayList<>())
                        .add(slot);
            }
        }
    }

    /**
     * Delayed messages become visible at the beginning of a turn, before any answer; the engine chooses their order.
     */
    void published(boolean whole) {
        for (ModelTopic topic : model.topics.values()) {
            Topic actual = state.topic(topic.config.name());
            if (topic.holdsDeadLetters()) {
                continue;
            }
            long gone = actual == null ? Long.MAX_VALUE : actual.firstOffset();
            publishedAndGone(topic, gone);
            while (actual != null && actual.firstOffset() <= topic.end() && topic.end() < actual.endOffset()) {
                ModelMessage next = model.atPosition(actual.position(topic.end()));
                if (next == null || next.status != Status.DELAYED) {
                    break;
                }
                Violation.check(
                        next.message.deliverAtMs() <= model.wall, "published at %d, too early: %s", model.wall, next);
                topic.publish(next);
            }
        }
        for (ModelMessage message : model.messages.values()) {
            Violation.check(
                    !whole
                            || model.full
                            || message.status != Status.DELAYED
                            || message.message.deliverAtMs() > model.wall,
                    "not published at %d: %s",
                    model.wall,
                    message);
        }
    }

    /** Each dead letter of this turn is in its group's topic; the engine chooses their order. */
    void died(boolean whole) {
        for (ModelGroup group : model.groups.values()) {
            ModelTopic topic = model.deadLettersOf(group);
            Topic actual = state.topic(topic.config.name());
            if (actual != null) {
                died(topic, actual);
            }
            if (whole) {
                topic.doubtful.clear();
            }
            Violation.check(!whole || topic.died.isEmpty(), "not in %s: %s", topic.config, topic.died);
        }
    }

    private static void died(ModelTopic topic, Topic actual) {
        List<ModelEntry> found = new ArrayList<>();
        for (long offset = Math.max(topic.end(), actual.firstOffset()); offset < actual.endOffset(); offset++) {
            ModelEntry entry = deadLetter(topic, actual.position(offset));
            if (entry == null) {
                break;
            }
            found.add(entry);
        }
        // Died and trimmed in one turn.
        while (topic.end() < actual.firstOffset() && !topic.died.isEmpty()) {
            topic.queue.add(topic.died.remove(0));
        }
        while (topic.end() < actual.firstOffset() && !topic.doubtful.isEmpty()) {
            topic.queue.add(topic.doubtful.remove(0));
        }
        topic.queue.addAll(found);
    }

    private static @Nullable ModelEntry deadLetter(ModelTopic topic, long position) {
        for (ModelEntry entry : topic.died) {
            if (entry.position == position) {
                topic.died.remove(entry);
                return entry;
            }
        }
        for (ModelEntry entry : topic.doubtful) {
            if (entry.position == position) {
                topic.doubtful.remove(entry);
                return entry;
            }
        }
        return null;
    }

    /** Compares everything. */
    void run() {
        Violation.check(
                state.topics().keySet().equals(model.topics.keySet())
                        && state.groups().keySet().equals(model.groups.keySet()),
                "topics %s and groups %s, but the model has %s and %s",
                state.topics().keySet(),
                state.groups().keySet(),
                model.topics.keySet(),
                model.groups.keySet());
        senders();
        model.topics.values().forEach(this::topic);
        int rows = 0;
        for (ModelGroup group : model.groups.values()) {
            Group actual = Objects.requireNonNull(state.groups().get(group.config.name()));
            Violation.check(
                    actual.config().equals(group.config) && actual.paused() == group.paused,
                    "%s, but the model has %s, paused %s",
                    actual,
                    group.config,
                    group.paused);
            Violation.check(
                    actual.subscriptions().size() == group.subscriptions.size(),
                    "%s has subscriptions that the model has not",
                    actual);
            for (ModelSubscription subscription : group.subscriptions.values()) {
                subscription(subscription);
                rows += subscription.rows.size();
            }
        }
        Violation.check(
                state.deliveries().used() == rows,
                "%d deliveries, not %d",
                state.deliveries().used(),
                rows);
        Violation.check(rows <= model.rows.unsettled(), "%d deliveries, over %s", rows, model.rows);
        Violation.check(
                state.pending().used() <= model.rows.pending(),
                "%d half or delayed messages, over %s",
                state.pending().used(),
                model.rows);
    }

    private void senders() {
        Pending pending = state.pending();
        int expected = 0;
        for (ModelMessage message : model.messages.values()) {
            int slot = pending.find(
                    message.message.id().high(), message.message.id().low());
            if (message.isPending()) {
                expected++;
                Violation.check(
                        slot >= 0
                                && pending.transactionId(slot) == message.transactionId
                                && pending.position(slot) == message.position,
                        "lost: %s",
                        message);
                pending(message, slot);
            } else {
                Violation.check(slot < 0, "still pending: %s", message);
            }
        }
        Violation.check(pending.used() == expected, "%d half or delayed messages, not %d", pending.used(), expected);
    }

    private void pending(ModelMessage message, int slot) {
        Pending pending = state.pending();
        int actual = pending.state(slot);
        new ModelSilences(model).takeOver(message, pending, slot);
        if (actual == Pending.PARKED && message.status == Status.UNDECIDED) {
            Violation.check(
                    message.checks >= model.checks.maxChecks() && message.due <= model.now,
                    "parked too early at %d: %s",
                    model.now,
                    message);
            message.status = Status.PARKED;
        }
        int wanted =
                switch (message.status) {
                    case UNDECIDED -> Pending.UNDECIDED;
                    case PARKED -> Pending.PARKED;
                    case HELD -> Pending.COMMITTED;
                    default -> Pending.DELAYED;
                };
        Violation.check(pending.ordered(slot) == message.queued, "ordered: %s", message);
        Violation.check(actual == wanted, "engine says %d of %s", actual, message);
        Violation.check(
                pending.checks(slot) == message.checks,
                "%d checks are counted, but senders were asked %d times: %s",
                pending.checks(slot),
                message.checks,
                message);
        Violation.check(
                message.status != Status.UNDECIDED || pending.due(slot) == message.due,
                "check due at %d, but the model has %s",
                pending.due(slot),
                message);
    }

    private void topic(ModelTopic topic) {
        Topic actual = Objects.requireNonNull(state.topics().get(topic.config.name()));
        Violation.check(actual.config().equals(topic.config), "topic %s", actual.config());
        Violation.check(
                actual.endOffset() == topic.end(),
                "topic %s has %d messages, the model %d",
                topic.config.name(),
                actual.endOffset(),
                topic.end());
        Violation.check(actual.firstOffset() >= topic.first, "%s came back", topic.config.name());
        if (actual.firstOffset() > topic.first) {
            trimmed(topic, actual.firstOffset());
        }
        for (long offset = topic.first; offset < topic.end(); offset++) {
            Violation.check(
                    actual.position(offset) == topic.at(offset).position,
                    "at offset %d of %s is %x, not %s",
                    offset,
                    topic.config.name(),
                    actual.position(offset),
                    topic.at(offset));
        }
    }

    private void trimmed(ModelTopic topic, long first) {
        for (ModelGroup group : model.groups.values()) {
            ModelSubscription subscription = group.subscriptions.get(topic.config.name());
            Violation.check(
                    subscription == null || first <= subscription.next,
                    "%s was trimmed to %d beyond what %s has seen",
                    topic.config.name(),
                    first,
                    subscription);
        }
        topic.first = first;
    }

    private void subscription(ModelSubscription subscription) {
        Subscription actual = state.subscription(subscription.group.config.name(), subscription.topic.config.name());
        if (actual == null) {
            throw new Violation("lost: subscription " + subscription);
        }
        List<Integer> mine = slots.getOrDefault(actual.id(), List.of());
        Violation.check(
                actual.next() >= subscription.next && actual.next() <= subscription.topic.end(),
                "%s stands at %d, the model at %d",
                subscription,
                actual.next(),
                subscription.next);
        for (long offset = subscription.next; offset < actual.next(); offset++) {
            passed(subscription, offset, mine);
        }
        subscription.next = actual.next();
        Set<Integer> expected = new TreeSet<>(subscription.rows.keySet());
        Violation.check(
                mine.size() <= model.rows.unsettledPerSubscription(),
                "%s has %d deliveries, over %s",
                subscription,
                mine.size(),
                model.rows);
        Violation.check(expected.equals(new TreeSet<>(mine)), "%s has rows %s, not %s", subscription, mine, expected);
        subscription.rows.values().forEach(row -> row(subscription, row));
    }

    /** The cursor passed a message: it must be leased, held, or rejected by a filter. */
    private void passed(ModelSubscription subscription, long offset, List<Integer> mine) {
        boolean free = model.full && subscription.topic.holdsDeadLetters();
        if (free || isFresh(subscription, offset)) {
            return;
        }
        ModelMessage message = subscription.topic.at(offset).origin;
        Deliveries deliveries = state.deliveries();
        for (int slot : mine) {
            if (!subscription.rows.containsKey(slot) && deliveries.offset(slot) == offset) {
                ModelRow row = new ModelRow(subscription.topic, offset, slot);
                row.due = model.now;
                subscription.rows.put(slot, row);
                Violation.check(
                        subscription.isBusy(row),
                        "%s holds %s, but no message before it is unsettled",
                        subscription,
                        row);
                return;
            }
        }
        Violation.check(unwanted(subscription, message), "%s passed over %s", subscription, message);
    }

    private static boolean isFresh(ModelSubscription subscription, long offset) {
        return subscription.rows.values().stream()
                .anyMatch(row -> row.offset == offset
                        && row.state == Deliveries.LEASED
                        && row.attempts == 1
                        && row.revision == 0
                        && row.kind == Deliveries.MESSAGE);
    }

    /** Published, and deleted with its topic or trimmed, all in one turn. */
    private void publishedAndGone(ModelTopic topic, long before) {
        for (ModelMessage message : model.messages.values()) {
            boolean due = message.status == Status.DELAYED && message.message.deliverAtMs() <= model.wall;
            if (due && topic.end() < before && message.message.topic().equals(topic.config.name())) {
                topic.publish(message);
            }
        }
    }

    private boolean unwanted(ModelSubscription subscription, ModelMessage message) {
        for (Op op : model.receives) {
            MessageFilter filter = op.requireReceive().filter();
            if (filter != null
                    && op.requireReceive().group().equals(subscription.group.config.name())
                    && op.requireReceive().topic().equals(subscription.topic.config.name())
                    && !filter.accepts(message.message)) {
                return true;
            }
        }
        return false;
    }

    private void row(ModelSubscription subscription, ModelRow row) {
        Deliveries deliveries = state.deliveries();
        int slot = row.slot;
        if (row.uncertain) {
            row.uncertain = false;
            Violation.check(
                    row.edited || deliveries.position(slot) == row.position,
                    "%s: the engine has %s, the model %s",
                    subscription,
                    text(slot),
                    row);
            row.takeOver(deliveries);
        }
        if (row.edited) {
            Violation.check(deliveries.position(slot) > row.position, "the edited %s has no new position", row);
            row.position = deliveries.position(slot);
            row.edited = false;
            model.known(new ModelEntry(row.origin, row.message, row.position));
        }
        if (row.state == Deliveries.WAITING && row.due == ModelRow.BY_POLICY) {
            row.due = deliveries.due(slot);
            Violation.check(
                    row.policy != null && ModelConsumers.isPause(row.policy, row.attempts, row.due - row.waitingSince),
                    "%s pauses from %d to %d",
                    row,
                    row.waitingSince,
                    row.due);
        }
        Violation.check(
                deliveries.position(slot) == row.position
                        && deliveries.offset(slot) == row.offset
                        && deliveries.state(slot) == row.state
                        && deliveries.kind(slot) == row.kind
                        && deliveries.attempts(slot) == row.attempts
                        && deliveries.revision(slot) == row.revision
                        && (row.state == Deliveries.DEAD || deliveries.due(slot) == row.due),
                "%s: the engine has %s, the model %s",
                subscription,
                text(slot),
                row);
    }

    private String text(int slot) {
        Deliveries deliveries = state.deliveries();
        return "@" + deliveries.offset(slot) + " slot=" + slot + " position="
                + Long.toHexString(deliveries.position(slot))
                + " nonce=" + deliveries.nonce(slot) + " state=" + deliveries.state(slot) + " kind="
                + deliveries.kind(slot) + " attempts=" + deliveries.attempts(slot) + " revision="
                + deliveries.revision(slot) + " due=" + deliveries.due(slot);
    }
}
