package io.pledgemq.engine.writer;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * When a sender answered, as far as it matters to the questions that it still has: it works on them one after the
 * other, so the time for an answer begins when the one before was answered. An answer to a later question says nothing
 * about an earlier one, which may be lost.
 */
final class AnsweredTurns {
    private final int kept;
    /** By time; the numbers rise, since an answer hides those to later questions before it. */
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();

    private record Answer(long number, long atMs) {}

    /** @param kept answers to remember: as many as there are questions at a time */
    AnsweredTurns(int kept) {
        this.kept = kept;
    }

    /** The question with this number was answered; numbers rise with the time of asking. */
    void answered(long number, long nowMs) {
        while (!answers.isEmpty() && answers.getLast().number >= number) {
            answers.removeLast();
        }
        answers.addLast(new Answer(number, nowMs));
        if (answers.size() > kept) {
            answers.removeFirst();
        }
    }

    /** When a question that was asked before this one was answered last; {@link Long#MIN_VALUE} if not that we know. */
    long lastBefore(long number) {
        for (Iterator<Answer> newest = answers.descendingIterator(); newest.hasNext(); ) {
            Answer answer = newest.next();
            if (answer.number < number) {
                return answer.atMs;
            }
        }
        return Long.MIN_VALUE;
    }
}
