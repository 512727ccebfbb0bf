package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqDateTimeTest {

    @ParameterizedTest
    @CsvSource({
        "20210309T195445Z, 2021-03-09T19:54:45Z",
        "2021-03-09T19:54:45Z, 2021-03-09T19:54:45Z",
        "2021-03-09T19:54:45.123456789Z, 2021-03-09T19:54:45.123456789Z",
        "2021-03-10T03:54:45.5+08:00, 2021-03-09T19:54:45.5Z",
        "2021-03-09T09:54:45-10:00, 2021-03-09T19:54:45Z"
    })
    void everyClientsFormIsUnderstood(String text, Instant expected) {
        assertThat(MqDateTime.parse(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "now",
                "20210309T195445",
                "20210229T195445Z",
                "20210309T245445Z",
                "20210309t195445z",
                " 20210309T195445Z",
                "2021-03-09T19:54:45",
                "2021-03-09T19:54:45.12345678901234567890123456789012345678901234567890Z",
                "1615319685",
                "+999999999-12-31T23:59:59+00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00"
            })
    void anythingElseIsNoTime(String text) {
        assertThat(MqDateTime.parse(text)).isEmpty();
    }
}
