package io.pledgemq.engine.state;

import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A topic and its published messages: one log position each, and on FIFO topics the hash of the message group. */
public final class Topic {
    /** A time mark is set after this many messages, and when a minute has passed since the last one. */
    private static final int MARK_EVERY = 1024;

    private static final long MARK_EVERY_MS = 60_000;

    private final int id;
    private TopicConfig config;
    private final RowTable queue;
    /** Offset and wall ms of publication, ascending in both. */
    private final RowTable marks;

    long stored;
    long committed;
    long rolledBack;
    int pending;

    Topic(int id, TopicConfig config) {
        this(id, config, new RowTable(config.type() == TopicType.FIFO ? 2 : 1), new RowTable(2));
    }

    private Topic(int id, TopicConfig config, RowTable queue, RowTable marks) {
        this.id = id;
        this.config = config;
        this.queue = queue;
        this.marks = marks;
    }

    public int id() {
        return id;
    }

    public TopicConfig config() {
        return config;
    }

    /** Changes the configuration: only the number of queues may differ. */
    void configure(TopicConfig newConfig) {
        config = newConfig;
    }

    /** First offset that is kept. */
    public long firstOffset() {
        return queue.firstRow();
    }

    /** Offset of the next message to be published. */
    public long endOffset() {
        return queue.endRow();
    }

    public long position(long offset) {
        return queue.get(offset, 0);
    }

    /** Hash of the message group, 0 where nothing is ordered. */
    public long messageGroup(long offset) {
        return config.type() == TopicType.FIFO ? queue.get(offset, 1) : 0;
    }

    /** What its messages count in memory: one each, two each on a FIFO topic. */
    public long kept() {
        return kept(queue.endRow() - queue.firstRow());
    }

    /** The same for this many of its messages. */
    public long kept(long messages) {
        return config.type() == TopicType.FIFO ? 2 * messages : messages;
    }

    /** Messages stored, prepared ones included, since the topic was created. */
    public long stored() {
        return stored;
    }

    public long committed() {
        return committed;
    }

    public long rolledBack() {
        return rolledBack;
    }

    /** Undecided, parked and delayed messages. */
    public int pending() {
        return pending;
    }

    long publish(long position, long messageGroup, long wallMs) {
        long offset = queue.append();
        queue.set(offset, 0, position);
        if (config.type() == TopicType.FIFO) {
            queue.set(offset, 1, messageGroup);
        }
        long last = marks.endRow() - 1;
        boolean due = last < marks.firstRow()
                || offset - marks.get(last, 0) >= MARK_EVERY
                || wallMs - marks.get(last, 1) >= MARK_EVERY_MS;
        if (due) {
            long mark = marks.append();
            marks.set(mark, 0, offset);
            // Marks are searched by time, so they never go back with the wall clock.
            marks.set(mark, 1, last < marks.firstRow() ? wallMs : Math.max(wallMs, marks.get(last, 1)));
        }
        return offset;
    }

    /** The message at this offset was carried forward. */
    void moved(long offset, long position) {
        queue.set(offset, 0, position);
    }

    void trim(long beforeOffset) {
        queue.trimBefore(beforeOffset);
        long mark = marks.firstRow();
        while (mark + 1 < marks.endRow() && marks.get(mark + 1, 0) <= beforeOffset) {
            mark++;
        }
        marks.trimBefore(mark);
    }

    /**
     * An offset below which every message was published before the given time; it may lie up to a minute or
     * {@value #MARK_EVERY} messages too low.
     */
    public long offsetAt(long wallMs) {
        long low = marks.firstRow();
        long high = marks.endRow();
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (marks.get(middle, 1) < wallMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // The last mark before the time, not one at the same time: messages in front of that may have the same time.
        long mark = low - 1;
        return mark < marks.firstRow() ? firstOffset() : Math.max(firstOffset(), marks.get(mark, 0));
    }

    /**
     * When the message at an offset was published, in wall ms: at most a minute or {@value #MARK_EVERY} messages too
     * early; for forgotten messages, the time of the first one that is kept.
     */
    public long publishedAtMs(long offset) {
        long low = marks.firstRow();
        long high = marks.endRow();
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (marks.get(middle, 0) <= offset) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low < marks.endRow() ? marks.get(low, 1) : 0;
    }

    Frozen freeze() {
        return new Frozen(
                id, config, new long[] {stored, committed, rolledBack, pending}, queue.freeze(), marks.freeze());
    }

    static Topic read(DataInput in) throws IOException {
        int id = in.readInt();
        TopicConfig config = new TopicConfig(in.readUTF(), TopicType.ofCode(in.readInt()), in.readInt());
        long stored = in.readLong();
        long committed = in.readLong();
        long rolledBack = in.readLong();
        int pending = (int) in.readLong();
        Topic topic = new Topic(id, config, RowTable.read(in), RowTable.read(in));
        topic.stored = stored;
        topic.committed = committed;
        topic.rolledBack = rolledBack;
        topic.pending = pending;
        return topic;
    }

    @SuppressWarnings("ArrayRecordComponent") // made by freeze, read once
    record Frozen(int id, TopicConfig config, long[] counters, RowTable.Frozen queue, RowTable.Frozen marks) {
        void write(DataOutput out) throws IOException {
            out.writeInt(id);
            out.writeUTF(config.name());
            out.writeInt(config.type().code());
            out.writeInt(config.queues());
            for (long counter : counters) {
                out.writeLong(counter);
            }
            queue.write(out);
            marks.write(out);
        }
    }
}
