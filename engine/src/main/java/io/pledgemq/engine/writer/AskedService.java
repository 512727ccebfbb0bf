package io.pledgemq.engine.writer;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The connected senders of one service, and the half messages that wait until one of them can take a question. */
final class AskedService {
    private final List<SenderSession> sessions = new ArrayList<>();
    private final IntQueue waiting = new IntQueue();
    /** What is in {@link #waiting}: nothing stands there twice. */
    private final BitSet queued = new BitSet();

    /** That nobody is there was told. */
    boolean alerted;
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

    /** Whether an instance is connected that was not asked in this round. */
    boolean hasUntried(@Nullable CheckRound round) {
        for (SenderSession session : sessions) {
            if (round == null || !round.wasAsked(session.instance)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whom to ask next: the given instance, else the least busy of those that were not asked in this round; null if
     * none of them can take a question.
     */
    @Nullable
    SenderSession next(@Nullable CheckRound round, long instance) {
        SenderSession other = null;
        for (SenderSession session : sessions) {
            if (!session.canTake() || (round != null && round.wasAsked(session.instance))) {
                continue;
            }
            if (session.instance == instance) {
                return session;
            }
            if (other == null || session.asked < other.asked) {
                other = session;
            }
        }
        return other;
    }

    void add(int slot) {
        if (!queued.get(slot)) {
            queued.set(slot);
            waiting.add(slot);
        }
    }

    int poll() {
        int slot = waiting.poll();
        queued.clear(slot);
        return slot;
    }

    int waiting() {
        return waiting.size();
    }
}
