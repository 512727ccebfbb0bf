package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "43200, 0, 43200000",
        // What a refusal would show as the bound itself is not refused.
        "43200, 1, 43200000",
        "43200, 1000000, 43200001",
        "9, 999999999, 9999",
        "0, -1, -1",
        "-1, 0, -1000",
    })
    void aDurationIsReadInWholeMilliseconds(long seconds, int nanos, long ms) {
        assertThat(Times.read(duration(seconds, nanos))).isEqualTo(java.time.Duration.ofMillis(ms));
    }

    @ParameterizedTest
    @CsvSource({"9223372036854775807, 2147483647", "-9223372036854775808, -2147483648"})
    void aDurationBeyondAllBoundsStaysBeyondThem(long seconds, int nanos) {
        java.time.Duration read = Times.read(duration(seconds, nanos));

        assertThat(read.abs()).isGreaterThan(java.time.Duration.ofDays(100_000));
        assertThat(read.isNegative()).isEqualTo(seconds < 0);
        assertThat(read.toMillis()).isNotZero();
    }

    private static Duration duration(long seconds, int nanos) {
        return Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
    }
}
