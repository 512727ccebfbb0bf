package io.pledgemq.server.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "7", "007", "-7", "+7", "0.5", ".5", "5.", "-.5", "5.E10", "6e-3", "6E+3", "1e9999", "5.0"})
    void aNumberIsRead(String text) {
        assertThat(Decimal.of(text)).isEqualTo(new BigDecimal(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+",
                ".",
                "e5",
                "-e5",
                ".e5",
                "5e",
                "5e+",
                "1e10000",
                "--7",
                "7 ",
                " 7",
                "7a",
                "1.2.3",
                "0x1",
                "NaN",
                "Infinity",
                "1d",
                "7L",
                "٧",
                "１",
                "1_000",
                "1,000",
                "2024-01-01",
                "11111111111111111111111111111111111111111111111111111111111111111"
            })
    void anythingElseIsNone(String text) {
        assertThat(Decimal.of(text)).isNull();
    }
}
