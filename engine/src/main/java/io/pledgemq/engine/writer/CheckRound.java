package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Silence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who was asked about a half message since its check became due. Instances count, not their connections. */
final class CheckRound {
    private final List<Long> instances = new ArrayList<>(1);
    private @Nullable SenderSession asking;
    private long askedMs;
    /** Questions that the one who is asked had open then, this one with them. */
    private int open;
    /** What weighs most of what was said in place of an answer. */
    private @Nullable Silence silence;
    /** Somebody let the time for an answer pass. */
    private boolean missed;

    boolean wasAsked(long instance) {
        return instances.contains(instance);
    }

    boolean isAsking() {
        return asking != null;
    }

    /** Who is asked and has not answered yet; null if nobody is. */
    @Nullable
    SenderSession asking() {
        return asking;
    }

    /** Whether the answer of this instance is what the round waits for. */
    boolean waitsFor(long instance) {
        SenderSession session = asking;
        return session != null && session.instance == instance;
    }

    void ask(SenderSession session, long nowMs) {
        instances.add(session.instance);
        asking = session;
        session.ask(nowMs);
        askedMs = nowMs;
        open = session.asked;
    }

    /**
     * Until when the one who is asked is waited for, as far as is known now. A client may answer one question after the
     * other, so one that was asked while others were open has the time of all of them, as long as the client goes on
     * answering.
     *
     * @param answerMs the time for one question
     */
    long waitsUntilMs(long answerMs) {
        SenderSession session = asking;
        return session == null ? Long.MIN_VALUE : Math.min(askedMs + open * answerMs, session.answersUntilMs(answerMs));
    }

    /** The one who is asked says why it has no answer. */
    void silent(Silence why) {
        Silence before = silence;
        silence = before == null || why.compareTo(before) > 0 ? why : before;
    }

    /** The one who is asked did not answer in time. */
    void miss() {
        missed = true;
    }

    /** What to make of a round in which nobody answered: why it does not count, or null if it does. */
    @Nullable
    Silence outcome() {
        Silence why = silence;
        return why != null && (why.passes() || !missed) ? why : null;
    }

    /** The one who is asked answered. */
    void hear(long nowMs) {
        SenderSession session = asking;
        if (session != null) {
            session.heard(nowMs);
        }
    }

    /** Nobody is waited for any more. */
    void release() {
        SenderSession session = asking;
        if (session != null) {
            session.asked--;
            asking = null;
        }
    }

    /** The one who is asked went away: it may not have got the question, and may be asked again. */
    void lose() {
        SenderSession session = asking;
        if (session != null) {
            instances.remove((Long) session.instance);
        }
        release();
    }
}
