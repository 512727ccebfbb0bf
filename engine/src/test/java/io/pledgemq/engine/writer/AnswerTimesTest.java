package io.pledgemq.engine.writer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerTimesTest {
    private final AnswerTimes times = new AnswerTimes();

    private void answer(long number, long atMs) {
        times.answered(number, atMs);
        times.release(number);
    }

    @Test
    void timeBeginsWithTheNewestAnswerToAnEarlierQuestion() {
        long first = times.ask();
        long second = times.ask();
        long third = times.ask();
        assertThat(times.lastBefore(third)).isEqualTo(Long.MIN_VALUE);
        answer(first, 10);
        assertThat(times.lastBefore(second)).isEqualTo(10);
        answer(third, 20);
        assertThat(times.lastBefore(second))
                .as("an answer to a later one says nothing")
                .isEqualTo(10);
        assertThat(times.lastBefore(times.ask())).isEqualTo(20);
    }

    @Test
    void manyLaterAnswersDoNotChangeTheTimeOfAnOpenQuestion() {
        long before = times.ask();
        long slow = times.ask();
        answer(before, 5);
        for (int i = 0; i < 10_000; i++) {
            answer(times.ask(), 100 + i);
        }
        assertThat(times.lastBefore(slow)).isEqualTo(5);
        assertThat(times.kept()).isEqualTo(2);
    }

    @Test
    void answersAreForgottenWithoutOpenQuestions() {
        for (int i = 0; i < 10_000; i++) {
            answer(times.ask(), i);
        }
        assertThat(times.kept()).isEqualTo(1);
        assertThat(times.lastBefore(times.ask())).isEqualTo(9_999);
    }
}
