package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A message as its senders know it. */
final class ModelMessage {
    /** Where a message is. The last three are final. */
    enum Status {
        ABSENT,
        UNDECIDED,
        PARKED,
        DELAYED,
        /** Committed, and held up by an ordered one before it. */
        HELD,
        VISIBLE,
        ROLLED_BACK,
        RECALLED
    }

    final Message message;
    /** The sender that prepared it; null if it was sent plainly. */
    final @Nullable Sender sender;

    final long firstCheckMs;
    /** It is to be published in the order of the prepares. */
    boolean ordered;
    /** It is in the queue of ordered messages of its message group. */
    boolean queued;

    Status status = Status.ABSENT;
    /** As it was answered to its sender; never changes. */
    long transactionId;
    /** Where it is in the log now; carrying it forward changes this. */
    long position;

    int checks;
    /** Instances that were asked since the last check became due. */
    final List<String> asked = new ArrayList<>();
    /** The last of them. */
    @Nullable
    SimSession lastAsked;
    /** Silences since a check last counted; whether the engine accepted them is not known. */
    final Set<Silence> said = EnumSet.noneOf(Silence.class);

    /** A check got only silence: a sender that connects may be asked before the next check is due. */
    boolean rests;

    /** {@link #lastAsked} disconnected since. */
    boolean lostAsked;

    long askedAt;

    /** Engine time of the next check. */
    long due;

    long offset = -1;

    ModelMessage(Message message, @Nullable Sender sender, long firstCheckMs) {
        this.message = message;
        this.sender = sender;
        this.firstCheckMs = firstCheckMs;
    }

    String id() {
        return message.id().text();
    }

    boolean isPending() {
        return status == Status.UNDECIDED
                || status == Status.PARKED
                || status == Status.DELAYED
                || status == Status.HELD;
    }

    boolean isUndecided() {
        return status == Status.UNDECIDED || status == Status.PARKED;
    }

    /** All that a consumer sees must be what the sender gave. */
    static boolean same(Message a, Message b) {
        return a.id().equals(b.id())
                && a.topic().equals(b.topic())
                && java.util.Objects.equals(a.key(), b.key())
                && java.util.Objects.equals(a.tag(), b.tag())
                && java.util.Objects.equals(a.messageGroup(), b.messageGroup())
                && a.properties().equals(b.properties())
                && a.deliverAtMs() == b.deliverAtMs()
                && Arrays.equals(a.body(), b.body());
    }

    @Override
    public String toString() {
        return id() + " " + status + " transactionId=" + Long.toHexString(transactionId) + " position="
                + Long.toHexString(position) + " checks=" + checks + " due=" + due + " offset=" + offset;
    }
}
