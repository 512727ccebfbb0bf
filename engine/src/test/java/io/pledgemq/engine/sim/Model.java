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
 * The specification of the engine in plain collections. Only answers to clients and time change it, and it knows no
 * log. {@link ModelSenders}, {@link ModelConsumers} and {@link ModelCatalog} are its rules. {@link Comparison} checks
 * after every turn that the engine has the same state, {@link Reconciliation} after every crash that it has one of the
 * allowed states.
 */
final class Model {
    final Map<String, ModelTopic> topics = new TreeMap<>();
    final Map<String, ModelGroup> groups = new TreeMap<>();
    final Map<String, ModelMessage> messages = new LinkedHashMap<>();
    private final Map<Long, ModelEntry> byPosition = new HashMap<>();
    final Set<Integer> nonces = new HashSet<>();
    /** Connected senders, one entry for each connection. */
    final List<Sender> connected = new ArrayList<>();
    /** When each of them was first asked, and when it last answered or was first asked. */
    final Map<Sender, long[]> asked = new HashMap<>();

    final CheckPolicy checks;
    final Limits.Rows rows;

    long now;
    long wall;
    long highestWall;
    /** The disk is full: what is due may happen later, and new messages may be refused. */
    boolean full;
    /** Number of the segment that maintenance is emptying, or 0. */
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
            throw new Violation("no client sent " + message);
        }
        return found;
    }

    @Nullable
    ModelMessage find(MessageId id) {
        return messages.get(id.text());
    }

    void stored(ModelMessage message, long position) {
        message.transactionId = position;
        setPosition(message, position);
    }

    void setPosition(ModelMessage message, long position) {
        message.position = position;
        known(new ModelEntry(message, message.message, position));
    }

    /** Registers an entry at its position. */
    void known(ModelEntry entry) {
        byPosition.put(entry.position, entry);
    }

    /** The message with this transaction id. */
    @Nullable
    ModelMessage prepared(long transactionId) {
        ModelMessage found = atPosition(transactionId);
        return found != null && found.transactionId == transactionId ? found : null;
    }

    @Nullable
    ModelMessage atPosition(long position) {
        ModelEntry found = byPosition.get(position);
        return found == null ? null : found.origin;
    }

    @Nullable
    ModelEntry entryAt(long position) {
        return byPosition.get(position);
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

    /** Applies everything that time causes at the beginning of a turn. */
    void begin(long engineMs, long wallMs) {
        Violation.check(engineMs >= now, "engine time went back from %d to %d", now, engineMs);
        now = engineMs;
        wall = wallMs;
        highestWall = Math.max(highestWall, wallMs);
        receives.clear();
        consumers.expire();
    }

    /** Applies the answers to clients, in the order of their requests. */
    void answered(List<Op> done) {
        for (Op op : done) {
            if (op.command() != null) {
                answered(op, op.answer().join());
            }
        }
    }

    /** Applies the answers to receives, which the engine serves last. */
    void served(List<Op> done) {
        for (Op op : done) {
            if (op.receive() != null) {
                receives.add(op);
                consumers.received(op.requireReceive(), op.answer().join());
            }
        }
    }

    private void answered(Op op, Outcome outcome) {
        if (refusedByDisk(outcome)) {
            return;
        }
        switch (op.requireCommand().type()) {
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

    /** A full disk may refuse a command, which then changes nothing. */
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
