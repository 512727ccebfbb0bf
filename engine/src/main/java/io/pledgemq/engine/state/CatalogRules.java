package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.TopicConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rules for topics, groups and subscriptions: which may be created, changed and removed. */
final class CatalogRules {
    /** The names that RocketMQ 5 clients accept. */
    private static final Pattern LETTERS = Pattern.compile("[%a-zA-Z0-9_-]+");

    private static final int TOPIC_LENGTH = 127;
    /** As in RocketMQ's protocol; with the prefix of its topic of dead letters it still is a legal topic name. */
    private static final int GROUP_LENGTH = 120;

    private static final int MAX_POLICY_LENGTH = 4096;

    private final State state;

    CatalogRules(State state) {
        this.state = state;
    }

    static Outcome.Refused unknownTopic(String name) {
        return new Outcome.Refused(
                Refusal.UNKNOWN_TOPIC, "unknown topic '" + name + "': it does not exist; create the topic first");
    }

    static Outcome.Refused unknownGroup(String name) {
        return new Outcome.Refused(
                Refusal.UNKNOWN_GROUP,
                "unknown consumer group '" + name + "': it does not exist; create the group first");
    }

    private static Outcome.@Nullable Refused illegal(String kind, String name, int length) {
        if (name.length() <= length && LETTERS.matcher(name).matches()) {
            return null;
        }
        return new Outcome.Refused(
                Refusal.ILLEGAL_NAME,
                kind + " name '" + name + "' is illegal: use 1 to " + length + " of a-z A-Z 0-9 _ - %");
    }

    @Nullable
    Outcome answer(Command.CreateTopic command, Limits limits) {
        String name = command.config().name();
        Topic existing = state.topics.get(name);
        if (existing != null) {
            return answer(existing.config(), command.config());
        }
        if (TopicConfig.holdsDeadLetters(name)) {
            return new Outcome.Refused(
                    Refusal.ILLEGAL_NAME,
                    "topic name '" + name + "' is illegal: names with " + TopicConfig.DEAD_LETTERS_PREFIX
                            + " are topics of dead letters; they are created with their group: create the group");
        }
        if (state.createdTopics() >= limits.topics()) {
            return new Outcome.Refused(
                    Refusal.TOO_MANY_TOPICS,
                    "limit topics=" + limits.topics() + " is reached: delete unused topics or raise the limit");
        }
        Outcome illegalName = illegal("topic", name, TOPIC_LENGTH);
        return illegalName == null ? illegalQueues(command.config()) : illegalName;
    }

    private static @Nullable Outcome answer(TopicConfig existing, TopicConfig asked) {
        if (existing.equals(asked)) {
            return Outcome.DONE;
        }
        if (existing.type() != asked.type()) {
            return new Outcome.Refused(
                    Refusal.CONFLICT,
                    "topic '" + asked.name() + "' exists with type " + existing.type() + ", requested was "
                            + asked.type() + "; a topic's type never changes: use another name");
        }
        return illegalQueues(asked);
    }

    private static @Nullable Outcome illegalQueues(TopicConfig asked) {
        if (asked.queues() >= 1 && asked.queues() <= TopicConfig.MAX_QUEUES) {
            return null;
        }
        return new Outcome.Refused(
                Refusal.ILLEGAL_ARGUMENT,
                "topic '" + asked.name() + "' cannot have " + asked.queues() + " queues: use 1 to "
                        + TopicConfig.MAX_QUEUES);
    }

    Outcome apply(Command.CreateTopic command) {
        Topic existing = state.topics.get(command.config().name());
        if (existing == null) {
            add(command.config());
        } else {
            existing.configure(command.config());
        }
        return Outcome.DONE;
    }

    private void add(TopicConfig config) {
        Topic topic = new Topic(state.topicsById.size(), config);
        state.topicsById.add(topic);
        state.topics.put(config.name(), topic);
    }

    private void remove(Topic topic) {
        CursorRules.forget(state, topic, topic.endOffset());
        state.topics.remove(topic.config().name());
        state.topicsById.set(topic.id(), null);
    }

    @Nullable
    Outcome answer(Command.DeleteTopic command) {
        Topic topic = state.topics.get(command.topic());
        if (topic == null) {
            return unknownTopic(command.topic());
        }
        if (TopicConfig.holdsDeadLetters(command.topic())) {
            return new Outcome.Refused(
                    Refusal.IN_USE,
                    "topic '" + command.topic() + "' belongs to its consumer group and goes with it: delete the group");
        }
        long subscribed = state.subscriptions.stream()
                .filter(s -> s != null && s.topic() == topic.id())
                .count();
        if (topic.pending > 0 || subscribed > 0) {
            return new Outcome.Refused(
                    Refusal.IN_USE,
                    "topic '" + command.topic() + "' is in use: " + topic.pending + " undecided or delayed messages, "
                            + subscribed + " subscriptions; settle and unsubscribe them first");
        }
        return null;
    }

    Outcome apply(Command.DeleteTopic command) {
        Topic topic = state.topics.get(command.topic());
        if (topic == null) {
            throw new Invariant.Broken("deleted topic exists: " + command.topic());
        }
        remove(topic);
        return Outcome.DONE;
    }

    @Nullable
    Outcome answer(Command.PutGroup command, Limits limits) {
        GroupConfig config = command.config();
        Group existing = state.groups.get(config.name());
        if (existing != null && existing.config().equals(config)) {
            return Outcome.DONE;
        }
        if (existing == null && state.groups.size() >= limits.groups()) {
            return new Outcome.Refused(
                    Refusal.TOO_MANY_GROUPS,
                    "limit groups=" + limits.groups() + " is reached: delete unused groups or raise the limit");
        }
        if (existing != null && existing.config().fifo() != config.fifo()) {
            return new Outcome.Refused(
                    Refusal.CONFLICT,
                    "group '" + config.name() + "' exists with fifo="
                            + existing.config().fifo()
                            + "; whether a group keeps order never changes: use another name");
        }
        if (config.maxAttempts() < 1 || config.maxAttempts() > GroupConfig.MAX_ATTEMPTS) {
            return new Outcome.Refused(
                    Refusal.ILLEGAL_ARGUMENT,
                    "maxAttempts of group '" + config.name() + "' must be 1 to " + GroupConfig.MAX_ATTEMPTS + ", it is "
                            + config.maxAttempts());
        }
        if (!isReadable(config.retry())) {
            return new Outcome.Refused(
                    Refusal.ILLEGAL_ARGUMENT,
                    "retry policy of group '" + config.name()
                            + "' cannot be kept: jitter must be 0 to 100 percent, its text at most " + MAX_POLICY_LENGTH
                            + " characters");
        }
        if (existing == null) {
            return illegal("group", config.name(), GROUP_LENGTH);
        }
        // A group with a longer name, which an older version accepted, can still be changed.
        return refuseUndoOfUndo(config, existing.subscriptions().stream().map(id -> state.topic(
                        state.subscription(id).topic())
                .config()
                .name()));
    }

    /** Refuses to compensate failed undos: that would only be another undo, so a person handles them. */
    private static @Nullable Outcome refuseUndoOfUndo(GroupConfig config, Stream<String> topics) {
        return config.onExhausted() != OnExhausted.COMPENSATE
                ? null
                : topics.filter(TopicConfig::holdsUndos)
                        .findFirst()
                        .<Outcome>map(topic -> new Outcome.Refused(
                                Refusal.ILLEGAL_ARGUMENT,
                                "group '" + config.name() + "' cannot compensate what fails: '" + topic
                                        + "' holds undos, and nothing undoes those; let the group park them"))
                        .orElse(null);
    }

    /**
     * Whether the policy can be read again from its text, as the log and snapshots keep it: if not, every later start
     * would fail.
     */
    private static boolean isReadable(RetryPolicy policy) {
        String text = policy.text();
        try {
            return text.length() <= MAX_POLICY_LENGTH && RetryPolicy.parse(text).equals(policy);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    Outcome apply(Command.PutGroup command, Effects effects) {
        String name = command.config().name();
        Group existing = state.groups.get(name);
        Group changed = existing == null
                ? new Group(command.config(), false, List.of())
                : new Group(command.config(), existing.paused(), existing.subscriptions());
        state.groups.put(name, changed);
        if (existing == null) {
            add(TopicConfig.deadLettersOf(name));
        }
        effects.groupChanged(name);
        return Outcome.DONE;
    }

    @Nullable
    Outcome answer(Command.PauseGroup command) {
        Group group = state.groups.get(command.group());
        if (group == null) {
            return unknownGroup(command.group());
        }
        return group.paused() == command.paused() ? Outcome.DONE : null;
    }

    Outcome apply(Command.PauseGroup command, Effects effects) {
        state.groups.computeIfPresent(
                command.group(), (name, group) -> new Group(group.config(), command.paused(), group.subscriptions()));
        effects.groupChanged(command.group());
        return Outcome.DONE;
    }

    @Nullable
    Outcome answer(Command.DeleteGroup command) {
        Group group = state.groups.get(command.group());
        if (group == null) {
            return unknownGroup(command.group());
        }
        Outcome readers = readersOf(command.group());
        if (readers != null || command.evenIfUnsettled()) {
            return readers;
        }
        int[] unsettled = new int[3];
        for (int id : group.subscriptions()) {
            count(state.subscription(id), unsettled);
        }
        return inUse("group '" + command.group() + "'", unsettled);
    }

    /** Refuses if another group has subscribed to the dead letters of this one. */
    private @Nullable Outcome readersOf(String group) {
        Topic deadLetters = state.deadLettersOf(group);
        for (Subscription subscription : state.subscriptions) {
            if (subscription != null
                    && subscription.topic() == deadLetters.id()
                    && !subscription.group().equals(group)) {
                return new Outcome.Refused(
                        Refusal.IN_USE,
                        "group '" + group + "' is in use: group '" + subscription.group() + "' has subscribed to '"
                                + deadLetters.config().name() + "'; unsubscribe it first");
            }
        }
        return null;
    }

    private static void count(Subscription subscription, int[] unsettled) {
        unsettled[0] += subscription.leased();
        unsettled[1] += subscription.waiting();
        unsettled[2] += subscription.dead();
    }

    private static @Nullable Outcome inUse(String what, int[] unsettled) {
        if (unsettled[0] + unsettled[1] + unsettled[2] == 0) {
            return null;
        }
        return new Outcome.Refused(
                Refusal.IN_USE,
                what + " is in use: " + unsettled[0] + " messages are being worked on, " + unsettled[1]
                        + " wait for their next attempt, " + unsettled[2]
                        + " are open dead letters; settle them first, or ask to drop them");
    }

    Outcome apply(Command.DeleteGroup command, Effects effects) {
        Group group = state.groups.get(command.group());
        if (group == null) {
            throw new Invariant.Broken("deleted group exists: " + command.group());
        }
        for (int id : group.subscriptions()) {
            drop(state.subscription(id), effects);
        }
        remove(state.deadLettersOf(command.group()));
        state.groups.remove(command.group());
        return Outcome.DONE;
    }

    @Nullable
    Outcome answer(Command.Subscribe command) {
        Group group = state.groups.get(command.group());
        if (group == null) {
            return unknownGroup(command.group());
        }
        if (!state.topics.containsKey(command.topic())) {
            return unknownTopic(command.topic());
        }
        return state.subscription(command.group(), command.topic()) == null
                ? refuseUndoOfUndo(group.config(), Stream.of(command.topic()))
                : Outcome.DONE;
    }

    Outcome apply(Command.Subscribe command, Effects effects) {
        Topic topic = state.topics.get(command.topic());
        Group group = state.groups.get(command.group());
        if (topic == null || group == null) {
            throw new Invariant.Broken("subscribed topic and group exist: " + command);
        }
        long next = command.fromStart() ? topic.firstOffset() : topic.endOffset();
        Subscription subscription = new Subscription(state.subscriptions.size(), command.group(), topic.id(), next);
        state.subscriptions.add(subscription);
        List<Integer> ids = new ArrayList<>(group.subscriptions());
        ids.add(subscription.id());
        state.groups.put(command.group(), new Group(group.config(), group.paused(), ids));
        state.chose(next);
        effects.subscribed(subscription);
        return Outcome.DONE;
    }

    @Nullable
    Outcome answer(Command.Unsubscribe command) {
        Subscription subscription = state.subscription(command.group(), command.topic());
        if (subscription == null) {
            return notSubscribed(command.group(), command.topic());
        }
        int[] unsettled = new int[3];
        if (!command.evenIfUnsettled()) {
            count(subscription, unsettled);
        }
        return inUse("the subscription of group '" + command.group() + "' to '" + command.topic() + "'", unsettled);
    }

    static Outcome.Refused notSubscribed(String group, String topic) {
        return new Outcome.Refused(
                Refusal.NOT_SUBSCRIBED,
                "group '" + group + "' has not subscribed to topic '" + topic + "': subscribe it first");
    }

    Outcome apply(Command.Unsubscribe command, Effects effects) {
        Subscription subscription = state.subscribed(command.group(), command.topic());
        drop(subscription, effects);
        state.groups.computeIfPresent(command.group(), (name, group) -> {
            List<Integer> ids = new ArrayList<>(group.subscriptions());
            ids.remove((Integer) subscription.id());
            return new Group(group.config(), group.paused(), ids);
        });
        return Outcome.DONE;
    }

    private void drop(Subscription subscription, Effects effects) {
        effects.unsubscribed(subscription);
        Deliveries deliveries = state.deliveries;
        for (int slot = 0; slot < deliveries.end(); slot++) {
            if (deliveries.state(slot) != Deliveries.FREE && deliveries.subscription(slot) == subscription.id()) {
                effects.settled(slot);
                state.segments.release(deliveries.position(slot));
                deliveries.remove(slot);
            }
        }
        state.subscriptions.set(subscription.id(), null);
    }
}
