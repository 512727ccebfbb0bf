package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.CheckListener;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.state.Hashes;

/** A connected sender that can be asked. Belongs to the writer's thread. */
final class SenderSession {
    final Sender sender;
    final long service;
    final long instance;
    final CheckListener listener;
    /** Questions it takes at a time. */
    final int credit;

    /**
     * Half messages that it prepared and that wait until it can take them: nobody else is asked before it. Those that
     * are not marked in its service wait there no more.
     */
    final IntQueue held = new IntQueue();

    private final AnswerTimes turns = new AnswerTimes();

    int asked;
    boolean open = true;
    /** It was asked and let the time for an answer pass without any: nothing waits for it alone. */
    boolean mute;
    /** When it answered last, or was asked first after nothing was open. */
    private long heardMs;

    SenderSession(Sender sender, CheckListener listener, int credit) {
        this.sender = sender;
        this.service = Hashes.ofText(sender.service());
        this.instance = Hashes.ofText(sender.instance());
        this.listener = listener;
        this.credit = credit;
    }

    /** Returns the number of the question. */
    long ask(long nowMs) {
        if (asked == 0 && !mute) {
            heardMs = nowMs;
        }
        asked++;
        return turns.ask();
    }

    /** The question with this number is waited for no more, answered or not. */
    void release(long number) {
        turns.release(number);
        asked--;
    }

    /** It answered the question with this number. */
    void heard(long number, long nowMs) {
        turns.answered(number, nowMs);
        heardMs = nowMs;
        mute = false;
    }

    /** When its time for the question with this number began, which was asked then. */
    long turnMs(long number, long askedMs) {
        return Math.max(askedMs, turns.lastBefore(number));
    }

    /** It did not answer a question in this time; is mute unless it has answered others meanwhile. */
    void missed(long nowMs, long answerMs) {
        mute = nowMs - heardMs >= answerMs;
    }

    boolean canTake() {
        return open && asked < credit;
    }
}
