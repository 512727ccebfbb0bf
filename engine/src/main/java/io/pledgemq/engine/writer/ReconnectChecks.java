package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.state.Pending;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.LongToIntFunction;

/**
 * Asks again about the half messages of a service when one of its senders connects: those that are parked, and those
 * whose last checks got only silence. Each once for a connection, and no faster than the senders answer: few wait at a
 * time, and few rows are visited in a turn.
 */
final class ReconnectChecks {
    /** With this many waiting half messages of a service, no more are asked about again. */
    static final int MAX_WAITING = 256;

    private static final int ROWS_PER_TURN = 8192;

    private final Core core;
    /** Slots that are being asked about. */
    private final IntPredicate asked;

    private final Map<Long, Walk> walks = new LinkedHashMap<>();
    private long retryMs;
    private boolean more;

    /** One round over all rows, beginning at any of them. */
    private static final class Walk {
        private int slot;
        private int left;
    }

    ReconnectChecks(Core core, IntPredicate asked) {
        this.core = core;
        this.asked = asked;
    }

    void connected(long service) {
        walks.computeIfAbsent(service, s -> new Walk()).left =
                core.state().pending().end();
    }

    /** The last sender of the service disconnected. */
    void gone(long service) {
        walks.remove(service);
    }

    /** @param freePlaces how many more half messages may wait for a service */
    void go(LongToIntFunction freePlaces) {
        more = false;
        if (walks.isEmpty() || core.state().engineMs() < retryMs) {
            return;
        }
        int rows = ROWS_PER_TURN;
        for (Iterator<Map.Entry<Long, Walk>> all = walks.entrySet().iterator(); all.hasNext() && rows > 0; ) {
            Map.Entry<Long, Walk> next = all.next();
            Walk walk = next.getValue();
            int before = walk.left;
            int found = walk(walk, next.getKey(), freePlaces.applyAsInt(next.getKey()), rows);
            rows -= before - walk.left;
            more |= found > 0 || rows <= 0;
            if (walk.left <= 0) {
                all.remove();
            }
        }
    }

    /** Returns how many are asked about again. */
    private int walk(Walk walk, long service, int freePlaces, int rows) {
        Pending pending = core.state().pending();
        int found = 0;
        for (int i = 0; i < rows && walk.left > 0 && found < freePlaces; i++) {
            int slot = walk.slot < pending.end() ? walk.slot : 0;
            walk.slot = slot + 1;
            walk.left--;
            if (waits(slot, service)) {
                found++;
                if (core.run(new Command.AskAgain(slot, pending.transactionId(slot))) instanceof Outcome.Refused) {
                    walk.left++;
                    walk.slot = slot;
                    retryMs = core.state().engineMs() + Core.RETRY_WHEN_FULL_MS;
                    return 0;
                }
            }
        }
        return found;
    }

    private boolean waits(int slot, long service) {
        Pending pending = core.state().pending();
        return slot < pending.end()
                && pending.service(slot) == service
                && pending.waitsForAnswer(slot)
                && (pending.state(slot) == Pending.PARKED
                        || pending.due(slot) > core.state().engineMs())
                && !asked.test(slot);
    }

    /** When there is something to do, in engine ms. Answers wake the writer, so a full queue needs no timer. */
    long nextDue() {
        if (walks.isEmpty()) {
            return Long.MAX_VALUE;
        }
        return more ? core.state().engineMs() : core.state().engineMs() < retryMs ? retryMs : Long.MAX_VALUE;
    }
}
