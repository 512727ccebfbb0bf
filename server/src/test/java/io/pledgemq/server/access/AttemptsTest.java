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
    void pausesDoubleUpToWhatClientsWaitFor() {
        for (int i = 0; i < Attempts.FREE_FAILURES; i++) {
            assertThat(failed("key", HERE)).isZero();
        }

        for (int ms : new int[] {250, 500, 1_000, 2_000, 2_000, 2_000}) {
            assertThat(failed("key", HERE)).isEqualTo(Duration.ofMillis(ms));
        }
    }

    @Test
    void quarterOfAnHourWithoutFailureForgets() {
        fail("key", HERE, Attempts.FREE_FAILURES);
        clock.move(Attempts.FORGET_AFTER.plusSeconds(1));

        assertThat(failed("key", HERE)).isZero();
    }

    @Test
    void floodIsAnsweredAtOnceInPlaceOfBeingKept() {
        fail("key", HERE, Attempts.FREE_FAILURES + Attempts.MAX_WAITING);
        assertThat(failed("key", HERE)).isZero();

        clock.move(Attempts.MAX_PAUSE);
        assertThat(failed("key", HERE)).isEqualTo(Attempts.MAX_PAUSE);
    }

    @Test
    void clockSetBackKeepsNobodyWaiting() {
        fail("key", HERE, Attempts.FREE_FAILURES + Attempts.MAX_WAITING);
        clock.move(Duration.ofHours(-1));

        assertThat(failed("key", HERE)).isEqualTo(Attempts.MAX_PAUSE);
    }

    @Test
    void oneHostsIpv6NetworkCountsAsOneAddress() {
        for (int i = 0; i < Attempts.FREE_FAILURES; i++) {
            fail("key", Fixture.address("2001:db8:0:1::" + i), 1);
        }

        assertThat(failed("key", Fixture.address("2001:db8:0:1:ffff::9"))).isPositive();
        assertThat(failed("key", Fixture.address("2001:db8:0:2::1"))).isZero();
    }

    @Test
    void rememberedPairsAreBoundedWhateverStrangersSend() {
        for (int i = 0; i < 3 * Attempts.MAX_TRACKED; i++) {
            fail("key" + i, HERE, 1);
            fail("x".repeat(1_000) + i, HERE, 1);
        }
        clock.move(Attempts.MAX_PAUSE);

        assertThat(attempts.tracked()).isEqualTo(Attempts.MAX_TRACKED);
        assertThat(failed("no user's name can be like this: " + "y".repeat(500), HERE))
                .as("impossible names share one place")
                .isPositive();
    }

    private Duration failed(String accessKey, InetAddress remote) {
        return attempts.failed(accessKey, remote);
    }

    private void fail(String accessKey, InetAddress remote, int times) {
        for (int i = 0; i < times; i++) {
            var unused = attempts.failed(accessKey, remote);
        }
    }
}
