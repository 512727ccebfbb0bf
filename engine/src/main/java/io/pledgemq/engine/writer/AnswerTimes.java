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
     * By time, with rising numbers, since an answer removes earlier answers to later questions. Between two open
     * questions only the newest answer is kept, so there is at most one answer more than open questions.
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

    /** Stops waiting for the answer to this question. */
    void release(long number) {
        open.remove(number);
    }

    /** Records an answer to this question. */
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

    /** How many answers are kept. */
    int kept() {
        return answers.size();
    }

    /** Time of the last answer to a question asked before this one; {@link Long#MIN_VALUE} if none is known. */
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
