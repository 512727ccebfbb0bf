package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Command.CarryForward.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A message in an old segment and what still needs it: its row among the pending messages, its places in topics (also
 * one for each time it became a dead letter), its deliveries. Deliveries that failed for another reason form another
 * reference, so that each keeps its reason.
 */
public final class Reference {
    private static final int SEGMENT_SHIFT = 32;
    /** Most published messages of one topic that are searched. */
    private static final int QUEUE_SCAN = 100_000;

    private final long position;
    private int pendingSlot = -1;
    private final List<Place> places = new ArrayList<>();
    private final List<Integer> deliverySlots = new ArrayList<>();
    private final long failure;

    private record Key(long position, long failure) {}

    private Reference(Key key) {
        this.position = key.position;
        this.failure = key.failure;
    }

    public long position() {
        return position;
    }

    public int pendingSlot() {
        return pendingSlot;
    }

    /** Its places in topics. */
    public List<Place> places() {
        return List.copyOf(places);
    }

    public int[] deliverySlots() {
        return deliverySlots.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Position of the record that says why its last delivery failed, 0 without. */
    public long failure() {
        return failure;
    }

    /** All references to messages of a segment, ordered by position. Reads every row, so call it rarely. */
    public static List<Reference> in(State state, int segment) {
        Map<Key, Reference> found =
                new TreeMap<>(Comparator.comparingLong(Key::position).thenComparingLong(Key::failure));
        Pending pending = state.pending;
        for (int slot = 0; slot < pending.end(); slot++) {
            if (pending.state(slot) != Pending.FREE && inside(pending.position(slot), segment)) {
                at(found, pending.position(slot), 0).pendingSlot = slot;
            }
        }
        Deliveries deliveries = state.deliveries;
        for (int slot = 0; slot < deliveries.end(); slot++) {
            int mode = deliveries.state(slot);
            if (mode != Deliveries.FREE && mode != Deliveries.LEASED && inside(deliveries.position(slot), segment)) {
                at(found, deliveries.position(slot), deliveries.failure(slot))
                        .deliverySlots
                        .add(slot);
            }
        }
        for (Topic topic : state.topics.values()) {
            long end = Math.min(topic.endOffset(), topic.firstOffset() + QUEUE_SCAN);
            for (long offset = topic.firstOffset(); offset < end; offset++) {
                if (inside(topic.position(offset), segment)) {
                    at(found, topic.position(offset), 0).places.add(new Place(topic.id(), offset));
                }
            }
        }
        return merge(found);
    }

    /**
     * Merges a reference without a failure into the first one of the same message that has one: the message is stored
     * once for both.
     */
    private static List<Reference> merge(Map<Key, Reference> found) {
        List<Reference> references = new ArrayList<>();
        Reference plain = null;
        for (Reference reference : found.values()) {
            if (plain != null && plain.position == reference.position) {
                reference.pendingSlot = plain.pendingSlot;
                reference.places.addAll(plain.places);
                reference.deliverySlots.addAll(plain.deliverySlots);
                references.set(references.size() - 1, reference);
            } else {
                references.add(reference);
            }
            plain = reference.failure == 0 ? reference : null;
        }
        return references;
    }

    private static boolean inside(long position, int segment) {
        return (int) (position >>> SEGMENT_SHIFT) == segment;
    }

    private static Reference at(Map<Key, Reference> found, long position, long failure) {
        return found.computeIfAbsent(new Key(position, failure), Reference::new);
    }
}
