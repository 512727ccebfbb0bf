package io.pledgemq.engine.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A group's progress on a topic: the next fresh offset is here, unsettled deliveries are in {@link Deliveries}. */
public final class Subscription {
    private final int id;
    private final String group;
    private final int topic;
    long next;
    int leased;
    int waiting;
    int dead;
    long delivered;
    long acked;
    long failed;
    long skipped;
    long deadTotal;

    Subscription(int id, String group, int topic, long next) {
        this.id = id;
        this.group = group;
        this.topic = topic;
        this.next = next;
    }

    public int id() {
        return id;
    }

    public String group() {
        return group;
    }

    /** Id of the topic. */
    public int topic() {
        return topic;
    }

    /** Offset of the first message that was never leased, skipped or held. */
    public long next() {
        return next;
    }

    public int leased() {
        return leased;
    }

    /** Waiting for their next attempt, or held behind an older message of their message group. */
    public int waiting() {
        return waiting;
    }

    /** Open dead letters. */
    public int dead() {
        return dead;
    }

    /** Rows of {@link Deliveries} that it has. */
    public int unsettled() {
        return leased + waiting + dead;
    }

    /** Leases given, redeliveries included. */
    public long delivered() {
        return delivered;
    }

    public long acked() {
        return acked;
    }

    public long failed() {
        return failed;
    }

    public long skipped() {
        return skipped;
    }

    /** Dead letters since it was created. */
    public long deadTotal() {
        return deadTotal;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(id);
        out.writeUTF(group);
        out.writeInt(topic);
        out.writeLong(next);
        out.writeInt(leased);
        out.writeInt(waiting);
        out.writeInt(dead);
        out.writeLong(delivered);
        out.writeLong(acked);
        out.writeLong(failed);
        out.writeLong(skipped);
        out.writeLong(deadTotal);
    }

    static Subscription read(DataInput in) throws IOException {
        Subscription subscription = new Subscription(in.readInt(), in.readUTF(), in.readInt(), in.readLong());
        subscription.leased = in.readInt();
        subscription.waiting = in.readInt();
        subscription.dead = in.readInt();
        subscription.delivered = in.readLong();
        subscription.acked = in.readLong();
        subscription.failed = in.readLong();
        subscription.skipped = in.readLong();
        subscription.deadTotal = in.readLong();
        return subscription;
    }
}
