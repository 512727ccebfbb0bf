package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PrefetchTest {
    private static final long QUICK = Duration.ofMillis(2).toNanos();
    private static final long SLOW = Duration.ofSeconds(2).toNanos();

    @Test
    void quickHandlersGetAsManyMessagesAheadAsThereAreHandlersAndNoMore() throws Exception {
        Prefetch inHand = new Prefetch(2);
        assertThat(inHand.room()).isEqualTo(2);
        inHand.handled(QUICK);
        assertThat(inHand.room()).isEqualTo(2);
        inHand.handled(QUICK);
        assertThat(inHand.room()).isEqualTo(2);
        inHand.handled(QUICK);
        assertThat(inHand.room()).as("four in hand, two of them ahead").isEqualTo(1);
    }

    @Test
    void slowHandlersGetNothingAhead() throws Exception {
        Prefetch inHand = new Prefetch(1);
        assertThat(inHand.room()).isEqualTo(1);
        inHand.handled(QUICK);
        assertThat(inHand.room()).isEqualTo(2);
        inHand.handled(SLOW);
        inHand.handled(SLOW);
        assertThat(inHand.room()).as("the first slow one made no room").isEqualTo(1);
    }

    @Test
    void whatWasGivenBackMakesNoRoomForAnotherToWait() throws Exception {
        Prefetch inHand = new Prefetch(1);
        assertThat(inHand.room()).isEqualTo(1);
        inHand.handled(QUICK);
        assertThat(inHand.room()).isEqualTo(2);
        inHand.returned();
        inHand.handled(SLOW);
        assertThat(inHand.room()).isEqualTo(1);
    }

    @Test
    void roomThatWasNotNeededCanBeHadAgain() throws Exception {
        Prefetch inHand = new Prefetch(3);
        inHand.giveBack(inHand.room());
        assertThat(inHand.room()).isEqualTo(3);
    }
}
