package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void wordsSayPhasePartRateAndTime() {
        String words = Progress.words(new Progress.State("placing", 500, 2000), Duration.ofSeconds(10));

        assertThat(words).isEqualTo("placing    [#####...............]  25 %  500 of 2,000  50/s  10 s");
    }

    @Test
    void nothingToDoIsAllDone() {
        assertThat(Progress.words(new Progress.State("placing", 0, 0), Duration.ZERO))
                .contains("100 %");
    }

    @Test
    void itIsNotAllDoneBeforeItIs() {
        assertThat(Progress.words(new Progress.State("placing", 1999, 2000), Duration.ofSeconds(1)))
                .contains(" 99 %");
    }
}
