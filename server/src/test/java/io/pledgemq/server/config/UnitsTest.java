package io.pledgemq.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "0B, 0, 0B",
        "512B, 512, 512B",
        "16KiB, 16384, 16KiB",
        "64 mib, 67108864, 64MiB",
        "1024KiB, 1048576, 1MiB",
        "1536KiB, 1572864, 1536KiB",
        "10GiB, 10737418240, 10GiB",
        "2048TiB, 2251799813685248, 2048TiB"
    })
    void sizesAreReadAndWrittenShortest(String text, long bytes, String shortest) {
        assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
        assertThat(ByteSize.parse(text)).hasToString(shortest);
        assertThat(ByteSize.parse(shortest).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "MiB", "64MB", "-1B", "1.5MiB", "9999999999TiB", "0x10B", "64MiB "})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as 64MiB");
    }

    @ParameterizedTest
    @CsvSource({
        "0ms, 0, 0s",
        "250ms, 250, 250ms",
        "1000ms, 1000, 1s",
        "120s, 120000, 2m",
        "90 s, 90000, 90s",
        "12h, 43200000, 12h",
        "24h, 86400000, 1d",
        "40d, 3456000000, 40d"
    })
    void durationsAreReadAndWrittenShortest(String text, long ms, String shortest) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(ms));
        assertThat(Durations.text(Duration.ofMillis(ms))).isEqualTo(shortest);
        assertThat(Durations.parse(shortest)).isEqualTo(Duration.ofMillis(ms));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "1.5s", "-1s", "1h30m", "1M", "30sec", "PT30S"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as 30s");
    }
}
