package io.pledgemq.engine.writer;

import java.util.HashMap;
import java.util.Map;

/**
 * The next message of each message group of one FIFO subscription. The unsettled deliveries of a group form a queue,
 * oldest first; only its head may be leased, with those behind it if the receiver asks for that. Groups without
 * unsettled deliveries take no memory.
 */
final class MessageGroups {
    private final Map<Long, IntQueue> queues = new HashMap<>();
    private int queued;

    /** Returns whether an older delivery of the group is unsettled. */
    boolean busy(long messageGroup) {
        return queues.containsKey(messageGroup);
    }

    /** Appends a delivery to its queue; true if it is the head. */
    boolean add(long messageGroup, int slot) {
        IntQueue queue = queues.computeIfAbsent(messageGroup, group -> new IntQueue());
        queue.add(slot);
        queued++;
        return queue.size() == 1;
    }

    /** The delivery this many places behind the head of its queue, or -1. */
    int behindHead(long messageGroup, int places) {
        IntQueue queue = queues.get(messageGroup);
        return queue == null || places >= queue.size() ? -1 : queue.get(places);
    }

    boolean isHead(long messageGroup, int slot) {
        IntQueue queue = queues.get(messageGroup);
        return queue != null && queue.peek() == slot;
    }

    /** Returns whether a delivery is in its queue; one that was never leased (nonce 0) is new and is not. */
    boolean isQueued(long messageGroup, int slot, int nonce) {
        IntQueue queue = nonce == 0 ? null : queues.get(messageGroup);
        return queue != null && queue.contains(slot);
    }

    /** Removes a delivery from its queue. Returns the new head if there is one, or -1. */
    int remove(long messageGroup, int slot) {
        IntQueue queue = queues.get(messageGroup);
        if (queue == null || !queue.remove(slot)) {
            return -1;
        }
        queued--;
        if (queue.isEmpty()) {
            queues.remove(messageGroup);
            return -1;
        }
        return queue.peek();
    }

    /** Unsettled deliveries in all queues. */
    int queued() {
        return queued;
    }
}
