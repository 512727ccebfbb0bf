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
 * Turns "give me messages" into the exact messages that are leased, skipped or held, so that replay needs no filter.
 */
final class LeaseResolver {
    /** Fresh messages looked at for one lease; a filter or a busy message group may pass over many. */
    static final int MAX_SCAN = 1024;

    /**
     * What a filter may be shown in one turn, in bytes, so that a slow one on large messages holds nobody up for long.
     */
    static final long MAX_SHOWN_BYTES = 1 << 20;

    /** Deliveries held behind busy message groups of one subscription; beyond it the cursor waits. */
    static final int MAX_HELD = 100_000;

    private final State state;
    private final Messages messages;
    private final DeliveryBudget budget;

    /** Either a lease, or a refusal, or neither when there is nothing; {@code more}: the scan ended at its bound. */
    record Resolved(Command.@Nullable Lease lease, @Nullable Outcome refused, boolean more) {}

    LeaseResolver(State state, Messages messages, DeliveryBudget budget) {
        this.state = state;
        this.messages = messages;
        this.budget = budget;
    }

    Resolved resolve(DeliveryScheduler.Line line, Receive receive) {
        int[] again = ready(line, receive);
        Fresh fresh = new Fresh(line, again.length);
        try {
            fresh.scan(receive);
        } catch (FilterFailed e) {
            giveBack(line, again);
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
                line.subscription.id(),
                receive.client(),
                receive.terms(),
                line.subscription.next(),
                Arrays.copyOf(fresh.fates, fresh.count),
                positions,
                again);
        return new Resolved(lease, null, fresh.atBound());
    }

    private int[] ready(DeliveryScheduler.Line line, Receive receive) {
        int[] again = new int[line.ready.isEmpty() ? 0 : receive.max()];
        int count = 0;
        while (count < again.length && !line.ready.isEmpty()) {
            int slot = line.ready.poll();
            if (isReady(line, slot) && !contains(again, count, slot)) {
                again[count++] = slot;
                count = receive.wholeGroups() ? withFollowers(line, slot, again, count) : count;
            }
        }
        return Arrays.copyOf(again, count);
    }

    /** Adds what stands behind the head of its line, up to the first that is not ready. */
    private int withFollowers(DeliveryScheduler.Line line, int head, int[] again, int count) {
        Deliveries deliveries = state.deliveries();
        MessageGroups groups = line.groups;
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
    private boolean isReady(DeliveryScheduler.Line line, int slot) {
        Deliveries deliveries = state.deliveries();
        return deliveries.state(slot) == Deliveries.WAITING
                && deliveries.subscription(slot) == line.subscription.id()
                && deliveries.due(slot) <= state.engineMs()
                && (line.groups == null
                        || deliveries.messageGroup(slot) == 0
                        || line.groups.isHead(deliveries.messageGroup(slot), slot));
    }

    /** Puts them back: the lease was not given. */
    static void giveBack(DeliveryScheduler.Line line, int[] again) {
        for (int slot : again) {
            line.ready.add(slot);
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
        private final DeliveryScheduler.Line line;
        private final Topic topic;
        private final Set<Long> leasedGroups = new HashSet<>();
        private byte[] fates = new byte[0];
        private long[] positions = new long[0];
        private int count;
        private int leased;
        private long shownBytes;

        Fresh(DeliveryScheduler.Line line, int alreadyLeased) {
            this.line = line;
            this.topic = state.topic(line.subscription.topic());
            this.leased = alreadyLeased;
        }

        void scan(Receive receive) throws FilterFailed {
            Subscription subscription = line.subscription;
            long available = topic.endOffset() - subscription.next();
            int left = available == 0 ? 0 : budget.forNew(line);
            int bound = (int) Math.min(available, MAX_SCAN);
            int guess = receive.filter() == null && line.groups == null ? Math.min(bound, receive.max()) : bound;
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

        /** There may be more to find than was looked at. */
        boolean atBound() {
            return count == MAX_SCAN || shownBytes >= MAX_SHOWN_BYTES;
        }

        private int held() {
            return line.groups == null ? 0 : line.groups.standing() + count;
        }

        private byte fate(long offset, long position, Receive receive) throws FilterFailed {
            MessageFilter filter = receive.filter();
            if (filter != null && !accepts(filter, position)) {
                return Command.Lease.SKIPPED;
            }
            long messageGroup = topic.messageGroup(offset);
            if (line.groups == null || messageGroup == 0) {
                return Command.Lease.LEASED;
            }
            boolean another = !leasedGroups.add(messageGroup);
            boolean busy = line.groups.busy(messageGroup) || (another && !receive.wholeGroups());
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
                        "the filter of group '" + line.subscription.group() + "' failed on the message at " + position
                                + ": " + e.getCause() + "; nothing was skipped, mend the filter and receive again",
                        e);
            } catch (InterruptedException e) {
                throw new IllegalStateException("the writer's thread is never interrupted", e);
            }
        }
    }
}
