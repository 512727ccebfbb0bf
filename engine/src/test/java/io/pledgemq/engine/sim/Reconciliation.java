package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.sim.ModelMessage.Status;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.Group;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.Recent;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Subscription;
import io.pledgemq.engine.state.Topic;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The allowed effects of a crash: every answered request holds; each unanswered request, and each effect of time,
 * happened or did not. The model takes over which, and the engine must keep to it from then on.
 */
final class Reconciliation {
    private final Model model;
    private final State state;
    private final List<Op> open;
    /** Positions of the dead letters that the crashed turn brought. */
    private final Set<Long> newDeadLetters = new HashSet<>();

    /** @param open requests of clients without an answer */
    Reconciliation(Model model, State state, List<Op> open) {
        this.model = model;
        this.state = state;
        this.open = open;
    }

    void run() {
        new CarriedMessages(model, state).takeOver();
        catalog();
        model.messages.values().forEach(this::message);
        model.topics.values().stream()
                .filter(topic -> !topic.holdsDeadLetters())
                .forEach(this::topic);
        model.groups.values().forEach(this::deadLetters);
        for (ModelGroup group : model.groups.values()) {
            group.subscriptions.values().forEach(this::subscription);
        }
        model.receives.clear();
        new Comparison(model, state).run();
    }

    private <C extends Command> boolean asked(Class<C> type, Predicate<C> which) {
        return open.stream()
                .map(Op::command)
                .anyMatch(command -> type.isInstance(command) && which.test(type.cast(command)));
    }

    private void catalog() {
        for (Topic topic : state.topics().values()) {
            String name = topic.config().name();
            ModelTopic known = model.topics.get(name);
            boolean remade = known != null && topic.endOffset() < known.end() && mayGo(name);
            if (known == null || remade) {
                may(mayCome(topic.config()), "topic " + name);
                model.topics.put(name, new ModelTopic(topic.config()));
            } else if (!known.config.equals(topic.config())) {
                // Created again with another number of queues, and not answered yet.
                may(mayCome(topic.config()), "number of queues of topic " + name);
                known.config = topic.config();
            }
        }
        model.topics.keySet().removeIf(name -> gone(!state.topics().containsKey(name), mayGo(name), "topic " + name));
        for (Group group : state.groups().values()) {
            group(group);
        }
        model.groups
                .keySet()
                .removeIf(name -> gone(
                        !state.groups().containsKey(name),
                        asked(Command.DeleteGroup.class, c -> c.group().equals(name)),
                        "group " + name));
    }

    private boolean mayCome(TopicConfig topic) {
        return asked(Command.CreateTopic.class, c -> c.config().equals(topic))
                || asked(
                        Command.PutGroup.class,
                        c -> TopicConfig.deadLettersOf(c.config().name()).equals(topic));
    }

    private boolean mayGo(String topic) {
        return asked(Command.DeleteTopic.class, c -> c.topic().equals(topic))
                || asked(
                        Command.DeleteGroup.class,
                        c -> TopicConfig.deadLettersOf(c.group()).name().equals(topic));
    }

    private void group(Group group) {
        String name = group.config().name();
        boolean put = asked(Command.PutGroup.class, c -> c.config().equals(group.config()));
        boolean deleted = asked(Command.DeleteGroup.class, c -> c.group().equals(name));
        ModelGroup known = model.groups.get(name);
        if (known == null) {
            may(put, "group " + name);
            known = new ModelGroup(group.config());
            model.groups.put(name, known);
        }
        may(known.config.equals(group.config()) || put, "configuration of group " + name);
        known.config = group.config();
        may(
                known.paused == group.paused()
                        || deleted
                        || asked(Command.PauseGroup.class, c -> c.group().equals(name) && c.paused() == group.paused()),
                "pause of group " + name);
        known.paused = group.paused();
        Set<String> actual = new HashSet<>();
        for (int id : group.subscriptions()) {
            String topic = state.topic(state.subscription(id).topic()).config().name();
            actual.add(topic);
            ModelTopic modelTopic = Objects.requireNonNull(model.topics.get(topic));
            if (!known.subscriptions.containsKey(topic) || known.subscriptions.get(topic).topic != modelTopic) {
                may(
                        asked(
                                Command.Subscribe.class,
                                c -> c.group().equals(name) && c.topic().equals(topic)),
                        "subscription of " + name + " to " + topic);
                long next = state.subscription(id).next();
                known.subscriptions.put(topic, new ModelSubscription(known, modelTopic, next));
            }
        }
        known.subscriptions
                .keySet()
                .removeIf(topic -> gone(
                        !actual.contains(topic),
                        deleted
                                || asked(
                                        Command.Unsubscribe.class,
                                        c -> c.group().equals(name) && c.topic().equals(topic)),
                        "subscription of " + name + " to " + topic));
    }

    private static boolean gone(boolean gone, boolean asked, String what) {
        Violation.check(!gone || asked, "lost: %s", what);
        return gone;
    }

    private static void may(boolean allowed, String what) {
        Violation.check(allowed, "no client asked for this: %s", what);
    }

    private void message(ModelMessage message) {
        Pending pending = state.pending();
        long high = message.message.id().high();
        long low = message.message.id().low();
        int slot = pending.find(high, low);
        Recent.Remembered remembered = state.recent().find(high, low);
        Status actual = Status.ABSENT;
        if (slot >= 0) {
            actual = switch (pending.state(slot)) {
                case Pending.UNDECIDED -> Status.UNDECIDED;
                case Pending.PARKED -> Status.PARKED;
                case Pending.COMMITTED -> Status.HELD;
                default -> Status.DELAYED;
            };
        } else if (remembered != null) {
            actual = switch (remembered.ending()) {
                case SENT, COMMITTED -> Status.VISIBLE;
                case ROLLED_BACK -> Status.ROLLED_BACK;
                case RECALLED -> Status.RECALLED;
            };
        }
        Violation.check(actual == message.status || mayBecome(message, actual), "now %s: %s", actual, message);
        if (message.status == Status.ABSENT && actual != Status.ABSENT) {
            model.stored(
                    message,
                    slot >= 0
                            ? pending.transactionId(slot)
                            : Objects.requireNonNull(remembered).position());
        }
        // A message becomes visible by its offset in the queue.
        boolean queued = message.offset >= 0 || !model.topics.containsKey(message.message.topic());
        message.status = actual == Status.VISIBLE && !queued ? Status.DELAYED : actual;
        ModelPublishOrder.takeOver(message, pending, slot);
        if (slot >= 0 && actual != Status.DELAYED) {
            checks(message, slot);
        }
    }

    private boolean mayBecome(ModelMessage message, Status actual) {
        boolean stored = message.status != Status.ABSENT
                || asked(Command.Send.class, c -> c.message().id().equals(message.message.id()))
                || asked(Command.Prepare.class, c -> c.message().id().equals(message.message.id()));
        boolean committed =
                message.sender == null || asked(Command.Decide.class, c -> decides(c, message, Decision.COMMIT));
        boolean due = message.message.deliverAtMs() <= Math.max(model.highestWall, state.wallMs());
        boolean open = message.status == Status.ABSENT || message.isUndecided();
        return stored
                && switch (actual) {
                    case ABSENT -> false;
                    case UNDECIDED -> message.sender != null && (message.status == Status.ABSENT || open);
                    case PARKED ->
                        message.status == Status.UNDECIDED
                                && (message.checks >= model.checks.maxChecks() || !message.said.isEmpty());
                    case DELAYED -> open && committed;
                    case HELD -> open && committed && message.ordered;
                    case VISIBLE ->
                        message.status == Status.HELD
                                || (due && (message.status == Status.DELAYED || (open && committed)));
                    case ROLLED_BACK ->
                        open && asked(Command.Decide.class, c -> decides(c, message, Decision.ROLLBACK));
                    case RECALLED ->
                        (message.status == Status.DELAYED || (open && committed))
                                && asked(Command.Recall.class, c -> c.id().equals(message.message.id()));
                };
    }

    private static boolean decides(Command.Decide command, ModelMessage message, Decision decision) {
        return command.id().equals(message.message.id()) && command.decision() == decision;
    }

    private void checks(ModelMessage message, int slot) {
        int actual = state.pending().checks(slot);
        boolean again = asked(Command.CheckAgain.class, c -> c.id().equals(message.message.id()));
        Violation.check(
                actual == message.checks
                        || actual == message.checks + 1
                        || (again && actual <= 1)
                        || actual >= message.checks - 2,
                "%d checks: %s",
                actual,
                message);
        message.checks = actual;
        message.due = state.pending().due(slot);
        message.rests = state.pending().silences(slot) > 0;
    }

    private void topic(ModelTopic topic) {
        Topic actual = Objects.requireNonNull(state.topics().get(topic.config.name()));
        Violation.check(actual.endOffset() >= topic.end(), "topic %s lost messages", topic.config.name());
        while (topic.end() < actual.endOffset()) {
            ModelMessage next = topic.end() < actual.firstOffset()
                    ? publishedAndTrimmed(topic)
                    : model.atPosition(actual.position(topic.end()));
            if (next == null) {
                throw new Violation("an unknown message at offset " + topic.end() + " of " + topic.config.name());
            }
            topic.publish(next);
        }
    }

    /** Unsettled messages may have died; then they are in the topic. */
    private void deadLetters(ModelGroup group) {
        ModelTopic topic = model.deadLettersOf(group);
        Topic actual = Objects.requireNonNull(state.topics().get(topic.config.name()));
        Violation.check(actual.endOffset() >= topic.end(), "topic %s lost messages", topic.config.name());
        Set<Long> alive = new HashSet<>();
        topic.died.forEach(entry -> alive.add(entry.position));
        topic.died.clear();
        topic.doubtful.forEach(entry -> alive.add(entry.position));
        topic.doubtful.clear();
        for (ModelSubscription subscription : group.subscriptions.values()) {
            if (subscription.topic != topic) {
                subscription.rows.values().forEach(row -> alive.add(row.position));
            }
        }
        while (topic.end() < actual.endOffset()) {
            boolean gone = topic.end() < actual.firstOffset();
            ModelEntry entry = model.entryAt(gone ? alive.iterator().next() : actual.position(topic.end()));
            Violation.check(
                    entry != null && alive.contains(entry.position),
                    "an unknown dead letter at offset %d of %s: %s",
                    topic.end(),
                    topic.config.name(),
                    entry);
            if (entry != null) {
                topic.queue.add(new ModelEntry(entry.origin, entry.message, entry.position));
                newDeadLetters.add(entry.position);
            }
        }
    }

    /** A message that became visible and was trimmed in the crashed turn: the queue no longer has it. */
    private @Nullable ModelMessage publishedAndTrimmed(ModelTopic topic) {
        for (ModelMessage message : model.messages.values()) {
            boolean visible = message.status == Status.DELAYED
                    && state.pending()
                                    .find(
                                            message.message.id().high(),
                                            message.message.id().low())
                            < 0;
            if (visible && message.message.topic().equals(topic.config.name())) {
                return message;
            }
        }
        return null;
    }

    private void subscription(ModelSubscription subscription) {
        String group = subscription.group.config.name();
        String topic = subscription.topic.config.name();
        Subscription actual = Objects.requireNonNull(state.subscription(group, topic));
        boolean dropped = asked(
                        Command.Unsubscribe.class,
                        c -> c.group().equals(group) && c.topic().equals(topic))
                || asked(Command.DeleteGroup.class, c -> c.group().equals(group));
        boolean moved = dropped
                || asked(
                        Command.MoveCursor.class,
                        c -> c.group().equals(group) && c.topic().equals(topic))
                || asked(
                        Command.Subscribe.class,
                        c -> c.group().equals(group) && c.topic().equals(topic));
        boolean received = open.stream()
                .filter(op -> op.receive() != null)
                .anyMatch(op -> op.requireReceive().group().equals(group)
                        && op.requireReceive().topic().equals(topic));
        Violation.check(
                actual.next() == subscription.next || moved || (received && actual.next() > subscription.next),
                "%s moved from %d to %d",
                subscription,
                subscription.next,
                actual.next());
        for (ModelRow row : List.copyOf(subscription.rows.values())) {
            if (isHere(actual, row)) {
                known(subscription, row, moved, received);
            } else {
                gone(subscription, row, moved, dropped);
            }
        }
        for (int slot = 0; slot < state.deliveries().end(); slot++) {
            if (state.deliveries().state(slot) != Deliveries.FREE
                    && state.deliveries().subscription(slot) == actual.id()
                    && !subscription.rows.containsKey(slot)) {
                unknown(subscription, slot, moved, received);
            }
        }
        if (moved || received) {
            subscription.next = actual.next();
        }
    }

    private static boolean isOf(Receipt receipt, ModelRow row) {
        return receipt.slot() == row.slot && receipt.position() == row.position && receipt.nonce() == row.nonce;
    }

    private boolean settles(ModelRow row, boolean skips) {
        return asked(
                Command.SettleDead.class,
                c -> c.slot() == row.slot
                        && c.position() == row.position
                        && (c.action() == Command.SettleDead.Action.SKIP
                                        || c.action() == Command.SettleDead.Action.CLOSE_COMPENSATION)
                                == skips);
    }

    private boolean isHere(Subscription actual, ModelRow row) {
        Deliveries deliveries = state.deliveries();
        return deliveries.state(row.slot) != Deliveries.FREE
                && deliveries.subscription(row.slot) == actual.id()
                && deliveries.offset(row.slot) == row.offset
                && (deliveries.position(row.slot) == row.position || row.edited || settles(row, false));
    }

    private void gone(ModelSubscription subscription, ModelRow row, boolean moved, boolean dropped) {
        boolean settled = asked(Command.Ack.class, c -> isOf(c.receipt(), row)) || settles(row, true);
        boolean redeliverable = row.state != Deliveries.DEAD && row.kind == Deliveries.MESSAGE && row.revision == 0;
        Violation.check(settled || dropped || (moved && redeliverable), "%s lost %s", subscription, row);
        subscription.rows.remove(row.slot);
    }

    private void known(ModelSubscription subscription, ModelRow row, boolean moved, boolean received) {
        if (row.uncertain) {
            // After a full disk the engine decides what happened and what was answered.
            row.uncertain = false;
            row.reason = null;
            takeOver(row);
            return;
        }
        Deliveries deliveries = state.deliveries();
        boolean dead = row.state == Deliveries.DEAD;
        boolean failed = asked(Command.Fail.class, c -> isOf(c.receipt(), row));
        boolean terminal = asked(Command.Fail.class, c -> isOf(c.receipt(), row) && c.terminal());
        boolean over = (row.state == Deliveries.LEASED && (failed || row.due <= model.now))
                || (row.state == Deliveries.WAITING && terminal);
        int after = deliveries.state(row.slot);
        boolean allowed = after == row.state
                || (after == Deliveries.LEASED && row.state == Deliveries.WAITING && received)
                || (after != Deliveries.LEASED && over)
                || (dead && settles(row, false))
                || moved;
        Violation.check(allowed, "%s became state %d: %s", subscription, after, row);
        int attempts = deliveries.attempts(row.slot) - row.attempts;
        boolean fits = deliveries.kind(row.slot) != row.kind
                || deliveries.revision(row.slot) != row.revision
                || attempts == 0
                || (attempts == 1 && after == Deliveries.LEASED && received)
                || (attempts == -1 && failed)
                || moved;
        Violation.check(fits, "%s has %d more attempts: %s", subscription, attempts, row);
        if (after == Deliveries.DEAD && !dead) {
            boolean last = deliveries.attempts(row.slot) >= subscription.group.config.maxAttempts();
            Violation.check(last || terminal || changed(subscription), "%s is dead too early: %s", subscription, row);
            boolean own = subscription.topic == model.deadLettersOf(subscription.group);
            Violation.check(
                    own || newDeadLetters.contains(row.position), "%s is dead and in no topic: %s", subscription, row);
        }
        boolean extended = asked(Command.ExtendLease.class, c -> isOf(c.receipt(), row));
        boolean due = deliveries.due(row.slot) == row.due
                || row.due == ModelRow.BY_POLICY
                || after != row.state
                || extended
                || moved
                || over;
        Violation.check(due || dead, "%s is due at %d: %s", subscription, deliveries.due(row.slot), row);
        boolean edited = deliveries.position(row.slot) != row.position;
        if (edited && !row.edited) {
            edit(row);
        }
        if (over || edited) {
            row.reason = null;
        }
        takeOver(row);
    }

    private void edit(ModelRow row) {
        for (Op op : open) {
            if (op.command() instanceof Command.SettleDead settle
                    && settle.slot() == row.slot
                    && settle.position() == row.position
                    && settle.edited() != null) {
                row.message = settle.edited();
                return;
            }
        }
        throw new Violation("no client edited " + row);
    }

    private boolean changed(ModelSubscription subscription) {
        return open.stream()
                .map(Op::command)
                .anyMatch(c -> c != null
                        && c.type() == CommandType.PUT_GROUP
                        && ((Command.PutGroup) c).config().name().equals(subscription.group.config.name()));
    }

    private void takeOver(ModelRow row) {
        row.takeOver(state.deliveries());
        model.known(new ModelEntry(row.origin, row.message, row.position));
        model.nonces.add(row.nonce);
    }

    private void unknown(ModelSubscription subscription, int slot, boolean moved, boolean received) {
        Deliveries deliveries = state.deliveries();
        long offset = deliveries.offset(slot);
        ModelEntry message = subscription.topic.at(offset);
        Violation.check(
                (moved || (received && offset >= subscription.next)) && deliveries.position(slot) == message.position,
                "%s leased a message without a request: %s",
                subscription,
                message);
        ModelRow row = new ModelRow(subscription.topic, offset, slot);
        takeOver(row);
        subscription.rows.put(slot, row);
    }
}
