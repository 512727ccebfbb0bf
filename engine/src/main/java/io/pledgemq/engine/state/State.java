package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.TopicConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that the engine knows, as a function of the log.
 *
 * <p>{@link #answer} returns what needs no change: a refusal, or that the command was done before; such a command is
 * not logged. Every other command is logged and then passed to {@link #apply}, once when it is new and again in each
 * replay. Not thread-safe: only the writer's thread uses it.
 */
public final class State {
    final TreeMap<String, Topic> topics = new TreeMap<>();
    final List<@Nullable Topic> topicsById = new ArrayList<>();
    final TreeMap<String, Group> groups = new TreeMap<>();
    final List<@Nullable Subscription> subscriptions = new ArrayList<>();
    final Pending pending;
    final Deliveries deliveries;
    final Recent recent;
    final SegmentUse segments = new SegmentUse();
    /** Undecided messages by hash of the service. */
    final LongIntMap preparedByService = new LongIntMap(0);
    /** Ordered half messages. */
    final PublishOrder publishOrder = new PublishOrder();

    long engineMs;
    long wallMs;
    /** Changes with each applied command; written with each batch, so that a replay that differs is noticed. */
    long digest;

    private final CatalogRules catalogRules = new CatalogRules(this);
    private final CursorRules cursorRules = new CursorRules(this);
    private final SendingRules sendingRules = new SendingRules(this);
    private final DecidingRules decidingRules = new DecidingRules(this);
    private final DeliveryRules deliveryRules = new DeliveryRules(this);
    private final DeadLetterRules deadLetterRules = new DeadLetterRules(this);
    private final CarryRules carryRules = new CarryRules(this);

    /** An empty state. */
    public State() {
        this(
                new Pending(new SlotTable(Pending.STRIDE)),
                new Deliveries(new SlotTable(Deliveries.STRIDE), 0),
                new Recent());
    }

    State(Pending pending, Deliveries deliveries, Recent recent) {
        this.pending = pending;
        this.deliveries = deliveries;
        this.recent = recent;
    }

    /** Sets the time of the commands that are applied next, as recorded in the log. */
    public void time(long newEngineMs, long newWallMs) {
        engineMs = newEngineMs;
        wallMs = newWallMs;
    }

    /** The answer to a command that needs no logging, or null if the command must be logged and applied. */
    public @Nullable Outcome answer(Command command, Limits limits) {
        return switch (command.type()) {
            case CREATE_TOPIC -> catalogRules.answer((Command.CreateTopic) command, limits);
            case DELETE_TOPIC -> catalogRules.answer((Command.DeleteTopic) command);
            case PUT_GROUP -> catalogRules.answer((Command.PutGroup) command, limits);
            case DELETE_GROUP -> catalogRules.answer((Command.DeleteGroup) command);
            case PAUSE_GROUP -> catalogRules.answer((Command.PauseGroup) command);
            case SUBSCRIBE -> catalogRules.answer((Command.Subscribe) command);
            case UNSUBSCRIBE -> catalogRules.answer((Command.Unsubscribe) command);
            case MOVE_CURSOR -> cursorRules.answer((Command.MoveCursor) command);
            case TRIM -> cursorRules.answer((Command.Trim) command);
            case CARRY_FORWARD -> carryRules.answer((Command.CarryForward) command);
            case SEND -> sendingRules.answer((Command.Send) command, limits);
            case PREPARE -> sendingRules.answer((Command.Prepare) command, limits);
            case RECALL -> sendingRules.answer((Command.Recall) command);
            case PUBLISH -> sendingRules.answer((Command.Publish) command);
            case DECIDE -> decidingRules.answer((Command.Decide) command);
            case ASK_CHECK -> decidingRules.answer((Command.AskCheck) command);
            case ANSWER_UNKNOWN -> decidingRules.answer((Command.AnswerUnknown) command);
            case PARK -> decidingRules.answer((Command.Park) command);
            case SILENT_CHECK -> decidingRules.answer((Command.SilentCheck) command);
            case ASK_AGAIN -> decidingRules.answer((Command.AskAgain) command);
            case CHECK_AGAIN -> decidingRules.answer((Command.CheckAgain) command);
            case LEASE -> null;
            case ACK -> deliveryRules.answer(((Command.Ack) command).receipt());
            case FAIL -> deliveryRules.answer(((Command.Fail) command).receipt());
            case EXTEND_LEASE -> deliveryRules.answer((Command.ExtendLease) command);
            case EXPIRE_LEASE -> deliveryRules.answer((Command.ExpireLease) command);
            case SETTLE_DEAD -> deadLetterRules.answer((Command.SettleDead) command, limits);
        };
    }

    /**
     * Applies a logged command.
     *
     * @param position of its frame in the log
     */
    public Outcome apply(long position, Command command, Effects effects) {
        digest = Hashes.mix(digest ^ position) + command.type().code();
        return switch (command.type()) {
            case CREATE_TOPIC -> catalogRules.apply((Command.CreateTopic) command);
            case DELETE_TOPIC -> catalogRules.apply((Command.DeleteTopic) command);
            case PUT_GROUP -> catalogRules.apply((Command.PutGroup) command, effects);
            case DELETE_GROUP -> catalogRules.apply((Command.DeleteGroup) command, effects);
            case PAUSE_GROUP -> catalogRules.apply((Command.PauseGroup) command, effects);
            case SUBSCRIBE -> catalogRules.apply((Command.Subscribe) command, effects);
            case UNSUBSCRIBE -> catalogRules.apply((Command.Unsubscribe) command, effects);
            case MOVE_CURSOR -> cursorRules.apply((Command.MoveCursor) command, effects);
            case TRIM -> cursorRules.apply((Command.Trim) command);
            case CARRY_FORWARD -> carryRules.apply(position, (Command.CarryForward) command);
            case SEND -> sendingRules.apply(position, (Command.Send) command, effects);
            case PREPARE -> sendingRules.apply(position, (Command.Prepare) command, effects);
            case RECALL -> sendingRules.apply((Command.Recall) command, effects);
            case PUBLISH -> sendingRules.apply((Command.Publish) command, effects);
            case DECIDE -> decidingRules.apply((Command.Decide) command, effects);
            case ASK_CHECK -> decidingRules.apply((Command.AskCheck) command, effects);
            case ANSWER_UNKNOWN -> decidingRules.apply((Command.AnswerUnknown) command);
            case PARK -> decidingRules.apply((Command.Park) command, effects);
            case SILENT_CHECK -> decidingRules.apply((Command.SilentCheck) command, effects);
            case ASK_AGAIN -> decidingRules.apply((Command.AskAgain) command, effects);
            case CHECK_AGAIN -> decidingRules.apply((Command.CheckAgain) command, effects);
            case LEASE -> deliveryRules.apply((Command.Lease) command, effects);
            case ACK -> deliveryRules.apply((Command.Ack) command, effects);
            case FAIL -> deliveryRules.apply(position, (Command.Fail) command, effects);
            case EXTEND_LEASE -> deliveryRules.apply((Command.ExtendLease) command, effects);
            case EXPIRE_LEASE -> deliveryRules.apply(position, (Command.ExpireLease) command, effects);
            case SETTLE_DEAD -> deadLetterRules.apply(position, (Command.SettleDead) command, effects);
        };
    }

    /** An unchanging view of everything, for a snapshot; costs microseconds a megabyte. */
    public FrozenState freeze() {
        return FrozenState.of(this);
    }

    /** Makes a message visible in a topic; the caller has held its segment. */
    void publish(Topic topic, long position, long groupHash, Effects effects) {
        long offset = topic.publish(position, groupHash, wallMs);
        topic.committed++;
        chose(offset);
        effects.published(topic, offset);
    }

    /** Mixes what a rule chose into the digest. */
    void chose(long value) {
        digest = Hashes.mix(digest + value);
    }

    public long engineMs() {
        return engineMs;
    }

    public long wallMs() {
        return wallMs;
    }

    public long digest() {
        return digest;
    }

    public Pending pending() {
        return pending;
    }

    public Deliveries deliveries() {
        return deliveries;
    }

    public Recent recent() {
        return recent;
    }

    /** Topics by name. */
    public SortedMap<String, Topic> topics() {
        return Collections.unmodifiableSortedMap(topics);
    }

    /** How many messages all topics keep, counted as by {@code Limits.Rows.kept}. */
    public long kept() {
        long kept = 0;
        for (Topic topic : topics.values()) {
            kept += topic.kept();
        }
        return kept;
    }

    /**
     * By topic id, the first offset that a subscription of it has not seen; topics without subscriptions have no entry.
     */
    public Map<Integer, Long> firstUnseen() {
        Map<Integer, Long> first = new TreeMap<>();
        for (Subscription subscription : subscriptions) {
            if (subscription != null) {
                first.merge(subscription.topic(), subscription.next(), Math::min);
            }
        }
        return first;
    }

    public @Nullable Topic topic(String name) {
        return topics.get(name);
    }

    public Topic topic(int id) {
        Topic topic = topicsById.get(id);
        if (topic == null) {
            throw new Invariant.Broken("topic " + id + " is in use but was deleted");
        }
        return topic;
    }

    /** Topics that users created; those of dead letters, which come with their groups, do not count. */
    public int createdTopics() {
        return topics.size() - groups.size();
    }

    /** The topic of a group's dead letters. */
    public Topic deadLettersOf(String group) {
        Topic topic = topics.get(TopicConfig.deadLettersOf(group).name());
        if (topic == null) {
            throw new Invariant.Broken("group " + group + " has a topic of its dead letters");
        }
        return topic;
    }

    /** Groups by name. */
    public SortedMap<String, Group> groups() {
        return Collections.unmodifiableSortedMap(groups);
    }

    public @Nullable Group group(String name) {
        return groups.get(name);
    }

    public Subscription subscription(int id) {
        Subscription subscription = subscriptions.get(id);
        if (subscription == null) {
            throw new Invariant.Broken("subscription " + id + " is in use but was deleted");
        }
        return subscription;
    }

    /** The subscription of a group to a topic, or null. */
    public @Nullable Subscription subscription(String groupName, String topicName) {
        Group group = groups.get(groupName);
        Topic topic = topics.get(topicName);
        if (group == null || topic == null) {
            return null;
        }
        for (int id : group.subscriptions()) {
            Subscription subscription = subscription(id);
            if (subscription.topic() == topic.id()) {
                return subscription;
            }
        }
        return null;
    }

    /** The subscription of a group to a topic, which must exist. */
    Subscription subscribed(String groupName, String topicName) {
        Subscription subscription = subscription(groupName, topicName);
        if (subscription == null) {
            throw new Invariant.Broken("group " + groupName + " is subscribed to " + topicName);
        }
        return subscription;
    }

    /** The answer to a decision that comes after another one. */
    public static Outcome decidedBefore(Command.Decide later, Decision first) {
        return DecidingRules.repeated(later, first);
    }

    /** Undecided messages of a service. */
    public int prepared(long serviceHash) {
        return preparedByService.get(serviceHash);
    }

    /** How many messages in a log segment are still needed. */
    public int needed(int segment) {
        return segments.count(segment);
    }
}
