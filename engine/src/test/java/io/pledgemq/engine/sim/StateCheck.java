package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.log.Position;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.Group;
import io.pledgemq.engine.state.Hashes;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Subscription;
import io.pledgemq.engine.state.Topic;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What must be true of every state: counters are what they count, and two states that should be the same are, to the
 * byte.
 */
final class StateCheck {
    private static final int TIMES_AT = 4;
    private static final int TIMES_BYTES = 16;

    private StateCheck() {}

    /** Everything in the state but its times, which go on although nothing is logged. */
    static byte[] dump(State state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            state.freeze().write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        byte[] dump = bytes.toByteArray();
        Arrays.fill(dump, TIMES_AT, TIMES_AT + TIMES_BYTES, (byte) 0);
        return dump;
    }

    static void same(State a, State b, String what) {
        Violation.check(a.digest() == b.digest(), "%s: digests %x and %x", what, a.digest(), b.digest());
        int at = Arrays.mismatch(dump(a), dump(b));
        Violation.check(at < 0, "%s: states differ from byte %d on", what, at);
    }

    static void recount(State state, int lastSegment) {
        Map<Integer, Integer> needed = new HashMap<>();
        for (Topic topic : state.topics().values()) {
            for (long offset = topic.firstOffset(); offset < topic.endOffset(); offset++) {
                needed.merge(Position.segment(topic.position(offset)), 1, Integer::sum);
            }
        }
        pending(state, needed);
        Deliveries deliveries = state.deliveries();
        for (int slot = 0; slot < deliveries.end(); slot++) {
            if (deliveries.state(slot) != Deliveries.FREE) {
                needed.merge(Position.segment(deliveries.position(slot)), 1, Integer::sum);
            }
        }
        for (int segment = 0; segment <= lastSegment + 1; segment++) {
            int expected = needed.getOrDefault(segment, 0);
            Violation.check(
                    state.needed(segment) == expected,
                    "%d messages need segment %d, not %d",
                    expected,
                    segment,
                    state.needed(segment));
        }
        for (Group group : state.groups().values()) {
            for (int id : group.subscriptions()) {
                subscription(state, state.subscription(id));
            }
        }
    }

    private static void pending(State state, Map<Integer, Integer> needed) {
        Pending pending = state.pending();
        int parked = 0;
        int delayed = 0;
        Map<Long, Integer> prepared = new HashMap<>();
        Map<Integer, Integer> byTopic = new HashMap<>();
        for (Sender sender : Traffic.SENDERS) {
            prepared.put(Hashes.ofText(sender.service()), 0);
        }
        for (int slot = 0; slot < pending.end(); slot++) {
            int mode = pending.state(slot);
            if (mode != Pending.FREE) {
                needed.merge(Position.segment(pending.position(slot)), 1, Integer::sum);
                byTopic.merge(pending.topic(slot), 1, Integer::sum);
                parked += mode == Pending.PARKED ? 1 : 0;
                delayed += mode == Pending.DELAYED ? 1 : 0;
                if (pending.isUndecided(slot)) {
                    prepared.merge(pending.service(slot), 1, Integer::sum);
                }
            }
        }
        Violation.check(state.pending().parked() == parked, "%d are parked, not %d", parked, pending.parked());
        Violation.check(pending.delayed() == delayed, "%d are delayed, not %d", delayed, pending.delayed());
        prepared.forEach((service, count) -> Violation.check(
                state.prepared(service) == count,
                "%d are prepared by %x, not %d",
                count,
                service,
                state.prepared(service)));
        for (Topic topic : state.topics().values()) {
            int expected = byTopic.getOrDefault(topic.id(), 0);
            Violation.check(topic.pending() == expected, "%d pending in %s", expected, topic.config());
        }
    }

    private static void subscription(State state, Subscription subscription) {
        int[] count = new int[4];
        Deliveries deliveries = state.deliveries();
        for (int slot = 0; slot < deliveries.end(); slot++) {
            if (deliveries.state(slot) != Deliveries.FREE && deliveries.subscription(slot) == subscription.id()) {
                count[deliveries.state(slot)]++;
            }
        }
        Violation.check(
                subscription.leased() == count[Deliveries.LEASED]
                        && subscription.waiting() == count[Deliveries.WAITING]
                        && subscription.dead() == count[Deliveries.DEAD],
                "%s: counted %s, not leased=%d waiting=%d dead=%d",
                subscription.group(),
                Arrays.toString(count),
                subscription.leased(),
                subscription.waiting(),
                subscription.dead());
    }
}
