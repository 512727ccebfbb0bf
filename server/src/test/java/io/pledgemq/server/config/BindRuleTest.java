package io.pledgemq.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.server.config.BindRule.Binding;
import io.pledgemq.server.config.BindRule.Verdict;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindRuleTest {

    @ParameterizedTest
    @CsvSource({
        // addresses, authentication, TLS, flag: allowed plaintext exposed
        "127.0.0.1, false, false, false, allowed plaintext",
        "::1, false, false, false, allowed plaintext",
        "127.9.9.9 ::1, false, false, true, allowed plaintext",
        "0.0.0.0, false, false, false, ",
        "0.0.0.0, true, false, false, ",
        "0.0.0.0, false, true, false, ",
        "0.0.0.0, true, true, false, allowed",
        "::, false, false, false, ",
        "192.0.2.7, true, true, false, allowed",
        "127.0.0.1 192.0.2.7, false, true, false, ",
        "192.0.2.7, false, false, true, allowed plaintext exposed",
        "192.0.2.7, true, false, true, allowed plaintext exposed",
        "192.0.2.7, true, true, true, allowed plaintext"
    })
    void everyCombinationHasItsAnswer(
            String addresses, boolean authentication, boolean tls, boolean flag, @Nullable String answer) {
        List<String> expected = answer == null ? List.of() : List.of(answer.split(" ", -1));
        Verdict verdict = judge(addresses, authentication, tls, flag);

        assertThat(verdict.allowed()).isEqualTo(expected.contains("allowed"));
        assertThat(verdict.plaintext()).isEqualTo(expected.contains("plaintext"));
        assertThat(verdict.exposed()).isEqualTo(expected.contains("exposed"));
        assertThat(verdict.message().isEmpty()).isEqualTo(verdict.allowed() && !verdict.exposed());
    }

    @ParameterizedTest
    @CsvSource({"false, false, authentication or TLS", "true, false, TLS", "false, true, authentication"})
    void refusalSaysWhatIsMissingAndWhatToDo(boolean authentication, boolean tls, String missing) {
        assertThat(judge("0.0.0.0", authentication, tls, false).message())
                .contains("Cannot listen on 0.0.0.0 without " + missing + ".")
                .contains("next: configure ")
                .contains("127.0.0.1")
                .contains(BindRule.ESCAPE_HATCH);
    }

    @ParameterizedTest
    @CsvSource({"localhost, true", "LOCALHOST, true", "127.9.9.9, true", "[::1], true", "127.evil.example, false"})
    void namesAreJudgedByTheirText(String host, boolean safe) {
        assertThat(BindRule.reachableByText(List.of(host)).isEmpty()).isEqualTo(safe);
    }

    private static Verdict judge(String addresses, boolean authentication, boolean tls, boolean flag) {
        List<String> reachable = BindRule.reachable(Arrays.stream(addresses.split(" ", -1))
                .map(BindRuleTest::address)
                .toList());
        return BindRule.judge(new Binding(reachable, authentication, tls, flag));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
