package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.CheckListener;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.state.Hashes;

/** A connected sender that can be asked. Only the writer's thread uses it. */
final class SenderSession {
    final Sender sender;
    final long service;
    final long instance;
    final CheckListener listener;
    /** How many open questions it accepts. */
    final int credit;

    /**
     * Half messages that it prepared and that wait until it can take them: no other instance is asked before it. Slots
     * that its {@link CheckQueue} does not mark as held are stale.
     */
    final IntQueue held = new IntQueue();

    private final AnswerTimes answerTimes = new AnswerTimes();

    int asked;
    boolean open = true;
    /** It was asked and answered nothing in the time for an answer: no message waits for it alone. */
    boolean mute;
    /** Time of its last answer, or of its first question after none was open. */
    private long answeredMs;

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
            answeredMs = nowMs;
        }
        asked++;
        return answerTimes.ask();
    }

    /** Stops waiting for the answer to this question, whether it came or not. */
    void release(long number) {
        answerTimes.release(number);
        asked--;
    }

    /** It answered the question with this number. */
    void answered(long number, long nowMs) {
        answerTimes.answered(number, nowMs);
        answeredMs = nowMs;
        mute = false;
    }

    /** When the time for an answer to this question began; {@code askedMs} is when it was asked. */
    long answeringSinceMs(long number, long askedMs) {
        return Math.max(askedMs, answerTimes.lastBefore(number));
    }

    /** It did not answer a question in this time; it is mute unless it answered others meanwhile. */
    void missed(long nowMs, long answerMs) {
        mute = nowMs - answeredMs >= answerMs;
    }

    boolean canTake() {
        return open && asked < credit;
    }
}
