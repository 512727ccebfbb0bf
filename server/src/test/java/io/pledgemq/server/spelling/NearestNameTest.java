package io.pledgemq.server.spelling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    @ParameterizedTest
    @CsvSource({"secert, secret", "secret, secret", "nam, name", "rolle, role", "grant, grants", "hunter2hunter2,"})
    void findsWhatIsAtMostTwoLettersAway(String given, String expected) {
        assertThat(NearestName.within(2, given, List.of("name", "secret", "role", "grants"))
                        .orElse(null))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"longPol, long-poll", "lnog_poll, long-poll", "long-poll-maxmium, long-poll-max", "something-else,"})
    void longerNamesMayDifferInMore(String given, String expected) {
        assertThat(NearestName.of(given, List.of("long-poll", "long-poll-max")).orElse(null))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "--cuont, --count",
        "--cnt, --count",
        "--deta, --data",
        "--dta, --data",
        "--bd, --db",
        "--fualts, --faults",
        "--josn, --json",
        "--exhausted, --on-exhausted",
        "--on-exh, --on-exhausted",
        "-h, -h",
        "-x,",
        "--xyz,",
        "--seconds,"
    })
    void shortNamesAreFoundToo(String given, String expected) {
        List<String> options = List.of(
                "--orders", "--count", "--data", "--db", "--faults", "--on-exhausted", "--json", "--seed", "-h");

        assertThat(NearestName.of(given, options).orElse(null)).isEqualTo(expected);
    }

    @Test
    void endlessTextIsLikeNoName() {
        assertThat(NearestName.of("x".repeat(1_000_000), List.of("name"))).isEmpty();
    }
}
