package io.pledgemq.engine.writer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerTimesTest {
    private final AnswerTimes turns = new AnswerTimes();

    private void answer(long number, long atMs) {
        turns.answered(number, atMs);
        turns.release(number);
    }

    @Test
    void timeBeginsWithTheNewestAnswerToAnEarlierQuestion() {
        long first = turns.ask();
        long second = turns.ask();
        long third = turns.ask();
        assertThat(turns.lastBefore(third)).isEqualTo(Long.MIN_VALUE);
        answer(first, 10);
        assertThat(turns.lastBefore(second)).isEqualTo(10);
        answer(third, 20);
        assertThat(turns.lastBefore(second))
                .as("an answer to a later one says nothing")
                .isEqualTo(10);
        assertThat(turns.lastBefore(turns.ask())).isEqualTo(20);
    }

    @Test
    void manyAnswersToLaterQuestionsTakeNothingFromTheOneThatIsOpen() {
        long before = turns.ask();
        long slow = turns.ask();
        answer(before, 5);
        for (int i = 0; i < 10_000; i++) {
            answer(turns.ask(), 100 + i);
        }
        assertThat(turns.lastBefore(slow)).isEqualTo(5);
        assertThat(turns.kept()).isEqualTo(2);
    }

    @Test
    void nothingIsKeptOfQuestionsThatAreNotWaitedForAnyMore() {
        for (int i = 0; i < 10_000; i++) {
            answer(turns.ask(), i);
        }
        assertThat(turns.kept()).isEqualTo(1);
        assertThat(turns.lastBefore(turns.ask())).isEqualTo(9_999);
    }
}
