package io.pledgemq.engine.writer;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The connected senders of one service, and the half messages that wait until one of them can take a question. */
final class CheckQueue {
    private final List<SenderSession> sessions = new ArrayList<>();
    /** Sessions for which a message is held. */
    private final Set<SenderSession> holders = new LinkedHashSet<>();

    private final IntQueue waiting = new IntQueue();
    /** Slots in {@link #waiting} or held, so that none is queued twice. */
    private final BitSet queued = new BitSet();
    /** Slots that are held, for any session. */
    private final BitSet held = new BitSet();

    /** An alert said that no sender is connected. */
    boolean alerted;
    /** An alert said that its database is away, and no sender has answered since. */
    boolean awayAlerted;
    /** No sender is connected, and other producers are already asked about the waiting messages that allow it. */
    boolean routed;
    /** A message that became due in this turn while no sender could be asked, or -1. */
    int withoutSender = -1;

    void connect(SenderSession session) {
        sessions.add(session);
        alerted = false;
        routed = false;
    }

    void disconnect(SenderSession session) {
        sessions.remove(session);
        releaseHeld(session);
    }

    /** Lets other sessions take what is held for this one. */
    void releaseHeld(SenderSession session) {
        holders.remove(session);
        while (!session.held.isEmpty()) {
            int slot = session.held.poll();
            if (held.get(slot)) {
                held.clear(slot);
                waiting.add(slot);
            }
        }
    }

    boolean isEmpty() {
        return sessions.isEmpty();
    }

    boolean isUnused() {
        return sessions.isEmpty() && waiting.isEmpty();
    }

    boolean canTake() {
        for (SenderSession session : sessions) {
            if (session.canTake()) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether an instance is connected that was not asked in this round. */
    boolean hasUntried(@Nullable CheckRound round) {
        for (SenderSession session : sessions) {
            if (round == null || !round.wasAsked(session.instance)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The session to ask next: that of the given instance, even if it cannot take a question now, unless it is mute;
     * else the least busy one that was not asked in this round; null if none can take a question.
     */
    @Nullable
    SenderSession next(@Nullable CheckRound round, long instance) {
        SenderSession busy = null;
        SenderSession other = null;
        for (SenderSession session : sessions) {
            if (round != null && round.wasAsked(session.instance)) {
                continue;
            }
            if (session.instance == instance) {
                if (session.canTake()) {
                    return session;
                }
                busy = session.mute ? busy : session;
            } else if (session.canTake() && (other == null || session.asked < other.asked)) {
                other = session;
            }
        }
        return busy == null ? other : busy;
    }

    /** Makes a half message wait for the instance that prepared it. */
    void hold(int slot, SenderSession session) {
        queued.set(slot);
        held.set(slot);
        session.held.add(slot);
        holders.add(session);
    }

    /** Removes and returns a message held for an instance that can take it now, or returns -1. */
    int pollHeld() {
        for (Iterator<SenderSession> all = holders.iterator(); all.hasNext(); ) {
            SenderSession session = all.next();
            while (session.canTake() && !session.held.isEmpty()) {
                int slot = session.held.poll();
                if (held.get(slot)) {
                    held.clear(slot);
                    queued.clear(slot);
                    return slot;
                }
            }
            if (session.held.isEmpty()) {
                all.remove();
            }
        }
        return -1;
    }

    /** Makes a held message due again: the slot may belong to another message of another instance by now. */
    void add(int slot) {
        if (held.get(slot)) {
            held.clear(slot);
            waiting.add(slot);
        } else if (!queued.get(slot)) {
            queued.set(slot);
            waiting.add(slot);
        }
    }

    int poll() {
        int slot = waiting.poll();
        queued.clear(slot);
        return slot;
    }

    /** How many can be polled. */
    int pollable() {
        return waiting.size();
    }

    boolean isIdle() {
        return waiting.isEmpty() && held.isEmpty();
    }

    int waiting() {
        return waiting.size() + held.cardinality();
    }
}
