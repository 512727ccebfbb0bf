package io.pledgemq.engine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fixed:1500:0             | fixed:1500:0",
                "fixed:1500ms:10%         | fixed:1500:10",
                "linear:1s:2s:1m:5        | linear:1000:2000:60000:5",
                "exponential:1s:2:2h:20   | exponential:1000:2.0:7200000:20",
                "list:1s,1m,1h,1d:0       | list:1000,60000,3600000,86400000:0"
            })
    void timesMayHaveUnitsAndAreLoggedInMilliseconds(String given, String logged) {
        assertThat(RetryPolicy.parse(given).text()).isEqualTo(logged);
        assertThat(RetryPolicy.parse(logged).text()).isEqualTo(logged);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fixed",
                "fixed:1s",
                "fixed:1y:0",
                "fixed:1 s:0",
                "fixed::0",
                "fixed:1s:101",
                "fixed:99999999999999d:0",
                "list:1s,:0",
                "exponential:1s:1m"
            })
    void anInvalidPolicyIsRefusedWithTheExpectedForms(String text) {
        assertThatThrownBy(() -> RetryPolicy.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("exponential:1s:2:10m:20");
    }
}
