package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the engine must be, told again with plain collections: it is moved only by answers that clients got and by time,
 * and knows nothing of logs. {@link ModelSenders}, {@link ModelConsumers} and {@link ModelCatalog} are its rules,
 * {@link Comparison} sees after every turn that the engine is in the same state, {@link Reconciliation} after every
 * crash that it is in one of those that are allowed.
 */
final class Model {
    final Map<String, ModelTopic> topics = new TreeMap<>();
    final Map<String, ModelGroup> groups = new TreeMap<>();
    final Map<String, ModelMessage> messages = new LinkedHashMap<>();
    private final Map<Long, ModelEntry> byPlace = new HashMap<>();
    final Set<Integer> nonces = new HashSet<>();
    /** Senders as they are connected. */
    final List<Sender> connected = new ArrayList<>();
    /** When each of them was first asked, and when it last answered or was first asked. */
    final Map<Sender, long[]> asked = new HashMap<>();

    final CheckPolicy checks;
    final Limits.Rows rows;

    long now;
    long wall;
    long highestWall;
    /** The disk is full just now: what should have happened may come later, and new messages may be refused. */
    boolean full;
    /** Number of the segment that maintenance empties just now, or 0. */
    int emptying;
    /** Receives that were served or waited in this turn. */
    final List<Op> receives = new ArrayList<>();

    private final ModelSenders senders = new ModelSenders(this);
    private final ModelConsumers consumers = new ModelConsumers(this);
    private final ModelCatalog catalog = new ModelCatalog(this);

    Model(CheckPolicy checks, Limits.Rows rows) {
        this.checks = checks;
        this.rows = rows;
    }

    ModelConsumers consumers() {
        return consumers;
    }

    ModelMessage message(Message message) {
        ModelMessage found = messages.get(message.id().text());
        if (found == null) {
            throw new Violation("nobody sent " + message);
        }
        return found;
    }

    @Nullable
    ModelMessage find(MessageId id) {
        return messages.get(id.text());
    }

    void stored(ModelMessage message, long position) {
        message.transactionId = position;
        placed(message, position);
    }

    void placed(ModelMessage message, long place) {
        message.place = place;
        known(new ModelEntry(message, message.message, place));
    }

    /** What is at this place. */
    void known(ModelEntry entry) {
        byPlace.put(entry.place, entry);
    }

    /** The message with this transaction id. */
    @Nullable
    ModelMessage prepared(long transactionId) {
        ModelMessage found = atPlace(transactionId);
        return found != null && found.transactionId == transactionId ? found : null;
    }

    @Nullable
    ModelMessage atPlace(long place) {
        ModelEntry found = byPlace.get(place);
        return found == null ? null : found.origin;
    }

    @Nullable
    ModelEntry entryAt(long place) {
        return byPlace.get(place);
    }

    /** The topic of a group's dead letters. */
    ModelTopic deadLettersOf(ModelGroup group) {
        ModelTopic topic =
                topics.get(TopicConfig.deadLettersOf(group.config.name()).name());
        if (topic == null) {
            throw new Violation("no topic of dead letters: " + group.config);
        }
        return topic;
    }

    @Nullable
    ModelSubscription subscription(String group, String topic) {
        ModelGroup found = groups.get(group);
        return found == null ? null : found.subscriptions.get(topic);
    }

    /** Everything that happens at the beginning of a turn because of the time. */
    void begin(long engineMs, long wallMs) {
        Violation.check(engineMs >= now, "engine time went back from %d to %d", now, engineMs);
        now = engineMs;
        wall = wallMs;
        highestWall = Math.max(highestWall, wallMs);
        receives.clear();
        consumers.expire();
    }

    /** What clients were told, in the order in which they asked. */
    void answered(List<Op> done) {
        for (Op op : done) {
            if (op.command() != null) {
                answered(op, op.answer().join());
            }
        }
    }

    /** Receives come last, as the engine serves them last. */
    void served(List<Op> done) {
        for (Op op : done) {
            if (op.receive() != null) {
                receives.add(op);
                consumers.received(op.wish(), op.answer().join());
            }
        }
    }

    private void answered(Op op, Outcome outcome) {
        if (refusedByDisk(outcome)) {
            return;
        }
        switch (op.order().type()) {
            case SEND, PREPARE, DECIDE, RECALL, CHECK_AGAIN, ANSWER_UNKNOWN -> senders.answered(op, outcome);
            case ACK, FAIL, EXTEND_LEASE, SETTLE_DEAD -> consumers.answered(op, outcome);
            case CREATE_TOPIC,
                    DELETE_TOPIC,
                    PUT_GROUP,
                    DELETE_GROUP,
                    PAUSE_GROUP,
                    SUBSCRIBE,
                    UNSUBSCRIBE,
                    MOVE_CURSOR,
                    TRIM -> catalog.answered(op, outcome);
            default -> throw new Violation("no client sends " + op);
        }
    }

    /** A full disk may refuse, and changes nothing by it. */
    private boolean refusedByDisk(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused && refused.why() == Refusal.DISK_FULL) {
            Violation.check(full, "refused although the disk is not full: %s", outcome);
            return true;
        }
        return false;
    }

    static void expect(boolean holds, Op op, @Nullable Object model) {
        Violation.check(holds, "%s, but the model has %s", op, model);
    }

    static void refused(Op op, Outcome outcome, Refusal why, @Nullable Object model) {
        expect(outcome instanceof Outcome.Refused refused && refused.why() == why, op, model);
    }
}
