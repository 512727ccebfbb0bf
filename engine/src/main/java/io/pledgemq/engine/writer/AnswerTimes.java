package io.pledgemq.engine.writer;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The times of a sender's answers that matter to its open questions: it works on questions one after the other, so the
 * time for an answer begins at the answer before. An answer to a later question proves nothing about an earlier one,
 * which may be lost.
 */
final class AnswerTimes {
    /** Numbers of the questions that are not answered. */
    private final NavigableSet<Long> open = new TreeSet<>();
    /**
     * By time; the numbers rise, since an answer hides those to later questions before it. Of those between two open
     * questions only the newest is kept, so there is one more than there are open questions at most.
     */
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();

    private long asked;

    private record Answer(long number, long atMs) {}

    /** Returns the number of a new question; numbers rise with the time of asking. */
    long ask() {
        long number = ++asked;
        open.add(number);
        return number;
    }

    /** The question with this number is waited for no more. */
    void release(long number) {
        open.remove(number);
    }

    /** The question with this number was answered. */
    void answered(long number, long nowMs) {
        while (!answers.isEmpty() && answers.getLast().number >= number) {
            answers.removeLast();
        }
        Answer before = answers.peekLast();
        if (before != null) {
            Long between = open.higher(before.number);
            if (between == null || between >= number) {
                answers.removeLast();
            }
        }
        answers.addLast(new Answer(number, nowMs));
    }

    /** Answers that are remembered. */
    int kept() {
        return answers.size();
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
