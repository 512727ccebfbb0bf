package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageFilter;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Subscription;
import io.pledgemq.engine.state.Topic;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Resolves a receive request into the exact messages that are leased, skipped or held, so that a replay needs no
 * filter.
 */
final class LeaseResolver {
    /** Most fresh messages examined for one lease; a filter or a busy message group may pass over many. */
    static final int MAX_SCAN = 1024;

    /**
     * Most bytes that a filter examines in one turn, so that a slow filter of large messages blocks the writer only for
     * a short time.
     */
    static final long MAX_SHOWN_BYTES = 1 << 20;

    /** Most deliveries held behind busy message groups of one subscription; beyond it the cursor waits. */
    static final int MAX_HELD = 100_000;

    private final State state;
    private final Messages messages;
    private final DeliveryBudget budget;

    /**
     * Either a lease, or a refusal, or neither if there is nothing to lease; {@code more}: the scan ended at its bound.
     */
    record Resolved(Command.@Nullable Lease lease, @Nullable Outcome refused, boolean more) {}

    LeaseResolver(State state, Messages messages, DeliveryBudget budget) {
        this.state = state;
        this.messages = messages;
        this.budget = budget;
    }

    Resolved resolve(DeliveryScheduler.SubscriptionQueue queue, Receive receive) {
        int[] again = ready(queue, receive);
        Fresh fresh = new Fresh(queue, again.length);
        try {
            fresh.scan(receive);
        } catch (FilterFailed e) {
            putBack(queue, again);
            return new Resolved(
                    null, new Outcome.Refused(Refusal.FILTER_FAILED, String.valueOf(e.getMessage())), false);
        }
        if (fresh.count == 0 && again.length == 0) {
            return new Resolved(null, null, false);
        }
        long[] positions = Arrays.copyOf(fresh.positions, fresh.count + again.length);
        for (int i = 0; i < again.length; i++) {
            positions[fresh.count + i] = state.deliveries().position(again[i]);
        }
        Command.Lease lease = new Command.Lease(
                queue.subscription.id(),
                receive.client(),
                receive.terms(),
                queue.subscription.next(),
                Arrays.copyOf(fresh.fates, fresh.count),
                positions,
                again);
        return new Resolved(lease, null, fresh.atBound());
    }

    private int[] ready(DeliveryScheduler.SubscriptionQueue queue, Receive receive) {
        int[] again = new int[queue.ready.isEmpty() ? 0 : receive.max()];
        int count = 0;
        while (count < again.length && !queue.ready.isEmpty()) {
            int slot = queue.ready.poll();
            if (isReady(queue, slot) && !contains(again, count, slot)) {
                again[count++] = slot;
                count = receive.wholeGroups() ? withFollowers(queue, slot, again, count) : count;
            }
        }
        return Arrays.copyOf(again, count);
    }

    /** Adds the deliveries behind the head of its message group, up to the first one that is not ready. */
    private int withFollowers(DeliveryScheduler.SubscriptionQueue queue, int head, int[] again, int count) {
        Deliveries deliveries = state.deliveries();
        MessageGroups groups = queue.groups;
        long messageGroup = deliveries.messageGroup(head);
        if (groups == null || messageGroup == 0) {
            return count;
        }
        int end = count;
        int slot = groups.behindHead(messageGroup, 1);
        while (slot >= 0
                && end < again.length
                && deliveries.state(slot) == Deliveries.WAITING
                && deliveries.due(slot) <= state.engineMs()) {
            again[end++] = slot;
            slot = groups.behindHead(messageGroup, end - count + 1);
        }
        return end;
    }

    private static boolean contains(int[] slots, int count, int slot) {
        for (int i = 0; i < count; i++) {
            if (slots[i] == slot) {
                return true;
            }
        }
        return false;
    }

    /** A slot in the ready queue may have been settled, or even used again, since it was put there. */
    private boolean isReady(DeliveryScheduler.SubscriptionQueue queue, int slot) {
        Deliveries deliveries = state.deliveries();
        return deliveries.state(slot) == Deliveries.WAITING
                && deliveries.subscription(slot) == queue.subscription.id()
                && deliveries.due(slot) <= state.engineMs()
                && (queue.groups == null
                        || deliveries.messageGroup(slot) == 0
                        || queue.groups.isHead(deliveries.messageGroup(slot), slot));
    }

    /** Puts deliveries back into the ready queue, because the lease was refused. */
    static void putBack(DeliveryScheduler.SubscriptionQueue queue, int[] again) {
        for (int slot : again) {
            queue.ready.add(slot);
        }
    }

    private static final class FilterFailed extends Exception {
        private static final long serialVersionUID = 1L;

        FilterFailed(String text, Throwable cause) {
            super(text, cause);
        }
    }

    /** The scan of messages that the subscription has not seen. */
    private final class Fresh {
        private final DeliveryScheduler.SubscriptionQueue queue;
        private final Topic topic;
        private final Set<Long> leasedGroups = new HashSet<>();
        private byte[] fates = new byte[0];
        private long[] positions = new long[0];
        private int count;
        private int leased;
        private long shownBytes;

        Fresh(DeliveryScheduler.SubscriptionQueue queue, int alreadyLeased) {
            this.queue = queue;
            this.topic = state.topic(queue.subscription.topic());
            this.leased = alreadyLeased;
        }

        void scan(Receive receive) throws FilterFailed {
            Subscription subscription = queue.subscription;
            long available = topic.endOffset() - subscription.next();
            int left = available == 0 ? 0 : budget.forNew(queue);
            int bound = (int) Math.min(available, MAX_SCAN);
            int guess = receive.filter() == null && queue.groups == null ? Math.min(bound, receive.max()) : bound;
            fates = new byte[guess];
            positions = new long[guess];
            while (count < guess && left > 0 && leased < receive.max() && shownBytes < MAX_SHOWN_BYTES) {
                long offset = subscription.next() + count;
                positions[count] = topic.position(offset);
                byte fate = fate(offset, positions[count], receive);
                if (fate == Command.Lease.HELD && held() >= MAX_HELD) {
                    return;
                }
                fates[count++] = fate;
                left -= fate == Command.Lease.SKIPPED ? 0 : 1;
                if (fate == Command.Lease.LEASED) {
                    leased++;
                }
            }
        }

        /** Returns whether the scan ended at its bound, so that there may be more to find. */
        boolean atBound() {
            return count == MAX_SCAN || shownBytes >= MAX_SHOWN_BYTES;
        }

        private int held() {
            return queue.groups == null ? 0 : queue.groups.queued() + count;
        }

        private byte fate(long offset, long position, Receive receive) throws FilterFailed {
            MessageFilter filter = receive.filter();
            if (filter != null && !accepts(filter, position)) {
                return Command.Lease.SKIPPED;
            }
            long messageGroup = topic.messageGroup(offset);
            if (queue.groups == null || messageGroup == 0) {
                return Command.Lease.LEASED;
            }
            boolean another = !leasedGroups.add(messageGroup);
            boolean busy = queue.groups.busy(messageGroup) || (another && !receive.wholeGroups());
            return busy ? Command.Lease.HELD : Command.Lease.LEASED;
        }

        private long bytes(Message message) {
            long bytes = message.body().length;
            for (var property : message.properties().entrySet()) {
                bytes += property.getKey().length() + property.getValue().length();
            }
            return bytes;
        }

        private boolean accepts(MessageFilter filter, long position) throws FilterFailed {
            FutureTask<Boolean> guarded = new FutureTask<>(() -> {
                Message message = messages.at(position);
                shownBytes += bytes(message);
                return filter.accepts(message);
            });
            guarded.run();
            try {
                return guarded.get();
            } catch (ExecutionException e) {
                throw new FilterFailed(
                        "the filter of group '" + queue.subscription.group() + "' failed on the message at " + position
                                + ": " + e.getCause() + "; nothing was skipped, repair the filter and receive again",
                        e);
            } catch (InterruptedException e) {
                throw new IllegalStateException("the writer's thread is never interrupted", e);
            }
        }
    }
}
