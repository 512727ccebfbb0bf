package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    @ParameterizedTest
    @CsvSource({"secert, secret", "secret, secret", "nam, name", "rolle, role", "grant, grants", "hunter2hunter2,"})
    void findsWhatIsAtMostTwoLettersAway(String given, String expected) {
        assertThat(NearestName.of(given, List.of("name", "secret", "role", "grants"))
                        .orElse(null))
                .isEqualTo(expected);
    }
}
