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
    /** Those of them for which something is held. */
    private final Set<SenderSession> holders = new LinkedHashSet<>();

    private final IntQueue waiting = new IntQueue();
    /** What is in {@link #waiting} or held: nothing stands there twice. */
    private final BitSet queued = new BitSet();
    /** What is held, by whichever session. */
    private final BitSet held = new BitSet();

    /** An alert said that no sender is connected. */
    boolean alerted;
    /** An alert said that its database is away, and no sender has answered since. */
    boolean awayTold;
    /** With nobody there, what waits was looked at: others are asked about it where they may be. */
    boolean routed;
    /** A message that became due in this turn when nobody was there to ask, or -1. */
    int unheard = -1;

    void connect(SenderSession session) {
        sessions.add(session);
        alerted = false;
        routed = false;
    }

    void disconnect(SenderSession session) {
        sessions.remove(session);
        letGo(session);
    }

    /** What is held for it is for others too. */
    void letGo(SenderSession session) {
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
     * Whom to ask next: the given instance, even if it cannot take a question just now, unless it is mute; else the
     * least busy of those that were not asked in this round, or null if none of them can take one.
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

    /** Lets a half message wait for the one that prepared it. */
    void hold(int slot, SenderSession session) {
        queued.set(slot);
        held.set(slot);
        session.held.add(slot);
        holders.add(session);
    }

    /** One that was held for an instance that can take it now, or -1. */
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
    int inLine() {
        return waiting.size();
    }

    boolean isIdle() {
        return waiting.isEmpty() && held.isEmpty();
    }

    int waiting() {
        return waiting.size() + held.cardinality();
    }
}
