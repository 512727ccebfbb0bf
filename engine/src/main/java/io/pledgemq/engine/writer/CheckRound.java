package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Silence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who was asked about a half message since its check became due. Instances count, not their connections. */
final class CheckRound {
    private final List<Long> instances = new ArrayList<>(1);
    private @Nullable SenderSession asking;
    /** Of the question that is open. */
    private long number;

    private long askedMs;
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

    /** The instance that is asked and has not answered yet; null without one. */
    @Nullable
    SenderSession asking() {
        return asking;
    }

    /** Returns whether the answer of this instance is what the round waits for. */
    boolean waitsFor(long instance) {
        SenderSession session = asking;
        return session != null && session.instance == instance;
    }

    void ask(SenderSession session, long nowMs) {
        instances.add(session.instance);
        asking = session;
        askedMs = nowMs;
        number = session.ask(nowMs);
    }

    /** Until when the one who is asked has time: it answers earlier questions first. */
    long answerDueMs(long answerMs) {
        SenderSession session = asking;
        return session == null ? askedMs : session.turnMs(number, askedMs) + answerMs;
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
            session.heard(number, nowMs);
        }
    }

    /** Nobody is waited for any more. */
    void release() {
        SenderSession session = asking;
        if (session != null) {
            session.release(number);
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
