package io.pledgemq.sdk.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RetryPolicyTest {
    private final Random random = new Random(7);

    private List<Long> secondsAfter(RetryPolicy policy, int attempts) {
        return IntStream.rangeClosed(1, attempts)
                .mapToObj(attempt -> policy.pauseAfter(attempt, random).toSeconds())
                .toList();
    }

    @Test
    void exponentialDoublesUpToItsCap() {
        RetryPolicy policy = RetryPolicy.exponential(Duration.ofSeconds(1), Duration.ofSeconds(10));
        assertThat(secondsAfter(policy, 7)).containsExactly(1L, 2L, 4L, 8L, 10L, 10L, 10L);
    }

    @Test
    void linearGrowsByItsStepUpToItsCap() {
        RetryPolicy policy = RetryPolicy.linear(Duration.ofSeconds(3), Duration.ofSeconds(8));
        assertThat(secondsAfter(policy, 4)).containsExactly(3L, 6L, 8L, 8L);
    }

    @Test
    void lastPauseOfAListRepeats() {
        RetryPolicy policy = RetryPolicy.list(Duration.ofSeconds(5), Duration.ofSeconds(1));
        assertThat(secondsAfter(policy, 4)).containsExactly(5L, 1L, 1L, 1L);
    }

    @Test
    void standardIsOneSecondDoublingToTenMinutesInSixteenAttempts() {
        RetryPolicy policy = RetryPolicy.standard();
        assertThat(policy.maxAttempts()).isEqualTo(16);
        assertThat(policy.pauses()).startsWith(Duration.ofSeconds(1)).endsWith(Duration.ofMinutes(10));
        assertThat(policy.jitter()).isEqualTo(0.2);
    }

    @Test
    void jitterStaysWithinItsShareAndIsUsed() {
        RetryPolicy policy = RetryPolicy.fixed(Duration.ofSeconds(10)).jitter(0.2);
        List<Duration> pauses = IntStream.range(0, 200)
                .mapToObj(attempt -> policy.pauseAfter(1, random))
                .toList();
        assertThat(pauses).allMatch(pause -> pause.toMillis() >= 8_000 && pause.toMillis() <= 12_000);
        assertThat(pauses.stream().distinct().count()).isGreaterThan(100);
    }

    @Test
    void finalFailuresAreFoundAmongTheCauses() {
        RetryPolicy policy = RetryPolicy.standard().neverRetry(IOException.class);
        assertThat(policy.isFinal(new UncheckedIOException(new IOException("x"))))
                .isTrue();
        assertThat(policy.isFinal(new IllegalStateException())).isFalse();
    }

    @Test
    void senselessPoliciesAreRefused() {
        assertThatThrownBy(() -> RetryPolicy.fixed(Duration.ofSeconds(-1))).hasMessageContaining("actual PT-1S");
        assertThatThrownBy(() -> RetryPolicy.standard().maxAttempts(0)).hasMessageContaining("actual 0");
        assertThatThrownBy(() -> RetryPolicy.standard().jitter(1.5)).hasMessageContaining("actual 1.5");
        assertThatThrownBy(RetryPolicy::list).hasMessageContaining("at least one pause");
    }
}
