package io.pledgemq.server.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.server.filter.TextMatch.Where;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class TextMatchTest {

    @Test
    void findsWhatStringFindsInTextsOfFewLetters() {
        Random random = new Random(20260101);
        for (int i = 0; i < 20_000; i++) {
            String text = letters(random, random.nextInt(20));
            String wanted = letters(random, 1 + random.nextInt(6));
            String round = "round " + i + ": '" + wanted + "' in '" + text + "'";

            assertThat(new TextMatch(Where.ANYWHERE, wanted).in(text)).as(round).isEqualTo(text.contains(wanted));
            assertThat(new TextMatch(Where.AT_START, wanted).in(text)).as(round).isEqualTo(text.startsWith(wanted));
            assertThat(new TextMatch(Where.AT_END, wanted).in(text)).as(round).isEqualTo(text.endsWith(wanted));
        }
    }

    /** Length times length would be 10^12 steps here. */
    @Test
    void theWorstTextTakesTimeInProportionToItsLength() {
        TextMatch match = new TextMatch(Where.ANYWHERE, "a".repeat(1_000_000) + "b");
        String text = "a".repeat(2_000_000);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThat(match.in(text)).isFalse());
    }

    private static String letters(Random random, int length) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < length; i++) {
            letters.append((char) ('a' + random.nextInt(2)));
        }
        return letters.toString();
    }
}
