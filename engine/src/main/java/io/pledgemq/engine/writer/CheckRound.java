package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Silence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The instances that were asked about a half message since its check became due, whichever connection was used. */
final class CheckRound {
    private final List<Long> instances = new ArrayList<>(1);
    private @Nullable SenderSession asking;
    /** Number of the open question. */
    private long number;

    private long askedMs;
    /** The weightiest silence so far. */
    private @Nullable Silence silence;
    /** An instance did not answer in time. */
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

    /** Returns whether the round waits for the answer of this instance. */
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

    /** When the answer is due: the instance answers earlier questions first. */
    long answerDueMs(long answerMs) {
        SenderSession session = asking;
        return session == null ? askedMs : session.answeringSinceMs(number, askedMs) + answerMs;
    }

    /** The instance that is asked says why it has no answer. */
    void silent(Silence why) {
        Silence before = silence;
        silence = before == null || why.compareTo(before) > 0 ? why : before;
    }

    /** The instance that is asked did not answer in time. */
    void miss() {
        missed = true;
    }

    /** Why a round without an answer does not count, or null if it counts. */
    @Nullable
    Silence outcome() {
        Silence why = silence;
        return why != null && (why.passes() || !missed) ? why : null;
    }

    /** The instance that is asked answered. */
    void answered(long nowMs) {
        SenderSession session = asking;
        if (session != null) {
            session.answered(number, nowMs);
        }
    }

    /** Stops waiting for an answer. */
    void release() {
        SenderSession session = asking;
        if (session != null) {
            session.release(number);
            asking = null;
        }
    }

    /** The instance that is asked disconnected: it may not have received the question, so it can be asked again. */
    void disconnected() {
        SenderSession session = asking;
        if (session != null) {
            instances.remove((Long) session.instance);
        }
        release();
    }
}
