package io.pledgemq.engine.writer;

import java.util.HashMap;
import java.util.Map;

/**
 * The next message of each message group of one FIFO subscription. The unsettled deliveries of a group form a queue,
 * oldest first; only its head may be leased, with those behind it if the receiver asks for that. Groups without
 * unsettled deliveries take no memory.
 */
final class MessageGroups {
    private final Map<Long, IntQueue> lines = new HashMap<>();
    private int standing;

    /** Returns whether an older delivery of the group is unsettled. */
    boolean busy(long messageGroup) {
        return lines.containsKey(messageGroup);
    }

    /** Puts a delivery at the end of its line; true if it is the head. */
    boolean stand(long messageGroup, int slot) {
        IntQueue line = lines.computeIfAbsent(messageGroup, group -> new IntQueue());
        line.add(slot);
        standing++;
        return line.size() == 1;
    }

    /** The delivery that stands so many places behind the head of its line, or -1. */
    int behindHead(long messageGroup, int places) {
        IntQueue line = lines.get(messageGroup);
        return line == null || places >= line.size() ? -1 : line.get(places);
    }

    boolean isHead(long messageGroup, int slot) {
        IntQueue line = lines.get(messageGroup);
        return line != null && line.peek() == slot;
    }

    /** Returns whether a delivery stands in its line; one that was never leased (nonce 0) comes new. */
    boolean isStanding(long messageGroup, int slot, int nonce) {
        IntQueue line = nonce == 0 ? null : lines.get(messageGroup);
        return line != null && line.contains(slot);
    }

    /** Takes a delivery out of its line. Returns the new head if there is one, or -1. */
    int leave(long messageGroup, int slot) {
        IntQueue line = lines.get(messageGroup);
        if (line == null || !line.remove(slot)) {
            return -1;
        }
        standing--;
        if (line.isEmpty()) {
            lines.remove(messageGroup);
            return -1;
        }
        return line.peek();
    }

    /** Unsettled deliveries in all lines. */
    int standing() {
        return standing;
    }
}
