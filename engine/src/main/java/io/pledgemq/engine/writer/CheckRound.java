package io.pledgemq.engine.writer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who was asked about a half message since its check became due. Instances count, not their connections. */
final class CheckRound {
    private final List<Long> instances = new ArrayList<>(1);
    private @Nullable SenderSession asking;

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
