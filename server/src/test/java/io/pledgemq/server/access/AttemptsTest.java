package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AttemptsTest {

    private static final InetAddress HERE = Fixture.address("192.0.2.7");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T10:00:00Z"));
    private final Attempts attempts = new Attempts(clock);

    @Test
    void pausesDoubleUpToAMinute() {
        fail("key", HERE, Attempts.FREE_FAILURES);

        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            clock.move(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(attempts.locked("key", HERE)).as("before %s s", seconds).isTrue();
            clock.move(Duration.ofMillis(1));
            assertThat(attempts.locked("key", HERE)).as("after %s s", seconds).isFalse();
            fail("key", HERE, 1);
        }
    }

    @Test
    void quarterOfAnHourWithoutFailureForgets() {
        fail("key", HERE, Attempts.FREE_FAILURES - 1);
        clock.move(Attempts.FORGET_AFTER.plusSeconds(1));
        fail("key", HERE, 1);

        assertThat(attempts.locked("key", HERE)).isFalse();
    }

    @Test
    void clockSetBackEndsThePause() {
        fail("key", HERE, Attempts.FREE_FAILURES);
        clock.move(Duration.ofHours(-1));

        assertThat(attempts.locked("key", HERE)).isFalse();
    }

    @Test
    void oneHostsIpv6NetworkCountsAsOneAddress() {
        for (int i = 0; i < Attempts.FREE_FAILURES; i++) {
            fail("key", Fixture.address("2001:db8:0:1::" + i), 1);
        }

        assertThat(attempts.locked("key", Fixture.address("2001:db8:0:1:ffff::9")))
                .isTrue();
        assertThat(attempts.locked("key", Fixture.address("2001:db8:0:2::1"))).isFalse();
    }

    @Test
    void rememberedPairsAreBoundedWhateverStrangersSend() {
        for (int i = 0; i < 3 * Attempts.MAX_TRACKED; i++) {
            fail("key" + i, HERE, 1);
            fail("x".repeat(1_000) + i, HERE, 1);
        }

        assertThat(attempts.tracked()).isEqualTo(Attempts.MAX_TRACKED);
        assertThat(attempts.locked("no user's name can be like this: " + "y".repeat(500), HERE))
                .as("impossible names share one place")
                .isTrue();
    }

    private void fail(String accessKey, InetAddress remote, int times) {
        for (int i = 0; i < times; i++) {
            attempts.failed(accessKey, remote);
        }
    }
}
