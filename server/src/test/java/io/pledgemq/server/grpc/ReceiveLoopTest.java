package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.rpc.v2.Language;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.rpc.v2.UA;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiveLoopTest {
    private static Settings settings(Language language) {
        return Settings.newBuilder()
                .setUserAgent(UA.newBuilder().setLanguage(language))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"JAVA", "GO", "CPP", "DOTNET", "RUST", "HTTP", "Java"})
    void clientsThatWaitWithoutAThreadGetAsManyAsTheyMay(String header) {
        assertThat(ReceiveLoop.of(null, header).receives(4)).isEqualTo(4);
        assertThat(ReceiveLoop.of(Settings.getDefaultInstance(), header)).isEqualTo(ReceiveLoop.CONCURRENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PYTHON", "PHP", "", "KOTLIN", "JAVASCRIPT"})
    void clientsThatSpendAThreadAndUnknownOnesGetOne(String header) {
        assertThat(ReceiveLoop.of(null, header).receives(4)).isEqualTo(1);
        assertThat(ReceiveLoop.of(Settings.getDefaultInstance(), header)).isEqualTo(ReceiveLoop.THREADED);
    }

    @ParameterizedTest
    @CsvSource({"PYTHON, JAVA, THREADED", "JAVA, PYTHON, CONCURRENT", "NODE_JS, HTTP, CONCURRENT", "PHP, GO, THREADED"})
    void whatTheSettingsSayGoesBeforeTheHeader(Language told, String header, ReceiveLoop loop) {
        assertThat(ReceiveLoop.of(settings(told), header)).isEqualTo(loop);
    }

    @Test
    void aLanguageOfALaterProtocolLeavesItToTheHeader() {
        Settings later = Settings.newBuilder()
                .setUserAgent(UA.newBuilder().setLanguageValue(999))
                .build();

        assertThat(ReceiveLoop.of(later, "GO")).isEqualTo(ReceiveLoop.CONCURRENT);
        assertThat(ReceiveLoop.of(later, "X")).isEqualTo(ReceiveLoop.THREADED);
    }
}
