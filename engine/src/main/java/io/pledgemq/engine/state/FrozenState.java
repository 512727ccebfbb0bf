package io.pledgemq.engine.state;

import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.RetryPolicy;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The state at one position of the log, as bytes: times and digest, topics, groups, subscriptions, then the tables.
 * What can be derived (indexes, counts for each segment) is left out and rebuilt by {@link #read}.
 */
public final class FrozenState {
    private static final int FORMAT = 3;
    /** The pending table has no committed and no ordered rows; otherwise the same. */
    private static final int FORMAT_WITHOUT_ORDER = 2;

    private final byte[] head;
    private final List<Topic.Frozen> topics;
    private final SlotTable.Frozen pending;
    private final SlotTable.Frozen deliveries;
    private final Recent.Frozen recent;

    private FrozenState(State state, byte[] head) {
        this.head = head;
        this.topics = state.topics.values().stream().map(Topic::freeze).toList();
        this.pending = state.pending.table.freeze();
        this.deliveries = state.deliveries.table.freeze();
        this.recent = state.recent.freeze();
    }

    static FrozenState of(State state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writeHead(state, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return new FrozenState(state, bytes.toByteArray());
    }

    private static void writeHead(State state, DataOutput out) throws IOException {
        out.writeInt(FORMAT);
        out.writeLong(state.engineMs);
        out.writeLong(state.wallMs);
        out.writeLong(state.digest);
        out.writeInt(state.deliveries.lastNonce());
        out.writeInt(state.topicsById.size());
        out.writeInt(state.subscriptions.size());
        out.writeInt((int) state.subscriptions.stream().filter(Objects::nonNull).count());
        for (Subscription subscription : state.subscriptions) {
            if (subscription != null) {
                subscription.write(out);
            }
        }
        out.writeInt(state.groups.size());
        for (Group group : state.groups.values()) {
            writeGroup(group, out);
        }
    }

    private static void writeGroup(Group group, DataOutput out) throws IOException {
        GroupConfig config = group.config();
        out.writeUTF(config.name());
        out.writeBoolean(config.fifo());
        out.writeInt(config.maxAttempts());
        out.writeUTF(config.retry().text());
        out.writeInt(config.onExhausted().code());
        out.writeBoolean(config.deadLetterBlocks());
        out.writeBoolean(group.paused());
        out.writeInt(group.subscriptions().size());
        for (int id : group.subscriptions()) {
            out.writeInt(id);
        }
    }

    /** Writes everything. Any thread may call it, while the state moves on. */
    public void write(DataOutput out) throws IOException {
        out.write(head);
        out.writeInt(topics.size());
        for (Topic.Frozen topic : topics) {
            topic.write(out);
        }
        pending.write(out);
        deliveries.write(out);
        recent.write(out);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if the bytes end early or are of a format that this version does not know
     */
    public static State read(DataInput in) throws IOException {
        int format = in.readInt();
        if (format != FORMAT && format != FORMAT_WITHOUT_ORDER) {
            throw new IOException("snapshot format " + format + " is unknown, this version reads "
                    + FORMAT_WITHOUT_ORDER + " and " + FORMAT);
        }
        long engineMs = in.readLong();
        long wallMs = in.readLong();
        long digest = in.readLong();
        int lastNonce = in.readInt();
        int topicIds = in.readInt();
        int subscriptionIds = in.readInt();
        List<Subscription> subscriptions = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            subscriptions.add(Subscription.read(in));
        }
        List<Group> groups = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            groups.add(readGroup(in));
        }
        List<Topic> topics = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            topics.add(Topic.read(in));
        }
        State state = new State(
                new Pending(SlotTable.read(in)), new Deliveries(SlotTable.read(in), lastNonce), Recent.read(in));
        state.engineMs = engineMs;
        state.wallMs = wallMs;
        state.digest = digest;
        for (int id = 0; id < topicIds; id++) {
            state.topicsById.add(null);
        }
        for (int id = 0; id < subscriptionIds; id++) {
            state.subscriptions.add(null);
        }
        for (Topic topic : topics) {
            state.topics.put(topic.config().name(), topic);
            state.topicsById.set(topic.id(), topic);
        }
        subscriptions.forEach(subscription -> state.subscriptions.set(subscription.id(), subscription));
        groups.forEach(group -> state.groups.put(group.config().name(), group));
        derive(state);
        return state;
    }

    private static Group readGroup(DataInput in) throws IOException {
        GroupConfig config = new GroupConfig(
                in.readUTF(),
                in.readBoolean(),
                in.readInt(),
                RetryPolicy.parse(in.readUTF()),
                OnExhausted.ofCode(in.readInt()),
                in.readBoolean());
        boolean paused = in.readBoolean();
        List<Integer> subscriptions = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            subscriptions.add(in.readInt());
        }
        return new Group(config, paused, subscriptions);
    }

    private static void derive(State state) {
        for (Topic topic : state.topics.values()) {
            for (long offset = topic.firstOffset(); offset < topic.endOffset(); offset++) {
                state.segments.hold(topic.position(offset));
            }
        }
        Pending pending = state.pending;
        for (int slot = 0; slot < pending.end(); slot++) {
            if (pending.state(slot) != Pending.FREE) {
                state.segments.hold(pending.position(slot));
            }
            if (pending.state(slot) == Pending.UNDECIDED || pending.state(slot) == Pending.PARKED) {
                state.preparedByService.add(pending.service(slot), 1);
            }
        }
        state.publishOrder.rebuild(pending);
        Deliveries deliveries = state.deliveries;
        for (int slot = 0; slot < deliveries.end(); slot++) {
            if (deliveries.state(slot) != Deliveries.FREE) {
                state.segments.hold(deliveries.position(slot));
            }
        }
    }
}
