package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.state.Deliveries;
import org.jspecify.annotations.Nullable;

/** A message that a group has seen and not settled. */
final class ModelRow {
    /** The policy chooses the pause, with jitter: it is read from the engine and must be within bounds. */
    static final long BY_POLICY = -1;

    /** No receipt settles it: held, or redriven and not leased since. */
    static final int NO_RECEIPT = Integer.MIN_VALUE;

    final ModelMessage origin;
    final long offset;
    final int slot;
    /** With the body of its newest revision. */
    Message message;

    long position;
    int nonce = NO_RECEIPT;
    int state = Deliveries.WAITING;
    int kind = Deliveries.MESSAGE;
    int attempts;
    int revision;
    long due;
    long waitingSince;
    /** The policy that chose the last pause. */
    @Nullable
    RetryPolicy policy;
    /** It is in the queue of its message group. */
    boolean ordered;

    /** No pause follows when its lease runs out. */
    boolean promptRetry;

    boolean edited;
    /** Its lease ran out while the disk was full: the engine may not have been able to log that yet. */
    boolean uncertain;
    /** Why the last attempt failed; null where a crash left it open. */
    @Nullable
    String reason = "";

    ModelRow(ModelTopic topic, long offset, int slot) {
        ModelEntry entry = topic.at(offset);
        this.origin = entry.origin;
        this.offset = offset;
        this.slot = slot;
        this.message = entry.message;
        this.position = entry.position;
        this.ordered = !topic.holdsDeadLetters();
    }

    /** Takes over the engine's row. */
    void takeOver(Deliveries deliveries) {
        edited = false;
        position = deliveries.position(slot);
        state = deliveries.state(slot);
        kind = deliveries.kind(slot);
        attempts = deliveries.attempts(slot);
        revision = deliveries.revision(slot);
        due = deliveries.due(slot);
        nonce = deliveries.nonce(slot);
        promptRetry = deliveries.promptRetry(slot);
        ordered = deliveries.messageGroup(slot) != 0;
    }

    @Override
    public String toString() {
        return origin.id() + "@" + offset + " slot=" + slot + " position=" + Long.toHexString(position) + " nonce="
                + nonce
                + " state=" + state + " kind=" + kind + " attempts=" + attempts + " revision=" + revision + " due="
                + due;
    }
}
