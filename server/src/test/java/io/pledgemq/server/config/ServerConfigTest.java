package io.pledgemq.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerConfigTest {

    @Test
    void theEngineGetsItsOwnDefaultsWithRoomForTheServersProperties() {
        EngineConfig engine = ServerConfig.defaults().engine();
        EngineConfig defaults = EngineConfig.defaults();
        Limits limits = Limits.DEFAULT;

        assertThat(engine.log()).isEqualTo(defaults.log());
        assertThat(engine.checks()).isEqualTo(defaults.checks());
        assertThat(engine.retention()).isEqualTo(defaults.retention());
        assertThat(engine.snapshotEveryBytes()).isEqualTo(defaults.snapshotEveryBytes());
        assertThat(engine.limits())
                .isEqualTo(new Limits(
                        limits.bodyBytes(),
                        limits.properties() + 16,
                        limits.propertiesBytes() + 4096,
                        limits.topics(),
                        limits.groups(),
                        limits.delayMs(),
                        limits.preparedPerSender(),
                        limits.bytesInFlight(),
                        limits.rows()));
    }

    @Test
    void anEngineTakesTheLargestMessageThatTheLimitsAllow(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("pledgemq.yaml");
        Files.writeString(file, """
                store: {segment: 8MiB, disk-reserve: 10MiB}
                limits: {body: 6MiB, properties-size: 128KiB}
                """);
        EngineConfig config =
                ConfigLoader.load(ConfigSources.none().withFile(file)).config().engine();

        assertThat(config.log().reserveSegments()).isEqualTo(2);
        try (Engine engine = Engine.open(directory.resolve("data"), config)) {
            engine.createTopic(new TopicConfig("t", TopicType.NORMAL)).get(30, TimeUnit.SECONDS);
            Message largest =
                    Message.of("m", "t", new byte[6 << 20]).withProperties(Map.of("p", "x".repeat((128 << 10) - 1)));
            assertThat(engine.send(largest).get(30, TimeUnit.SECONDS)).isInstanceOf(Outcome.Stored.class);
        }
    }

    @Test
    void groupsThatNobodyCreatedGetTheirDefaults() {
        GroupConfig group = ServerConfig.defaults().newGroups().named("warehouse", true);

        assertThat(group.name()).isEqualTo("warehouse");
        assertThat(group.fifo()).isTrue();
        assertThat(group.maxAttempts()).isEqualTo(17);
        assertThat(group.retry().text()).isEqualTo("exponential:1000:2.0:600000:20");
    }

    @Test
    void keysAreUniqueInEverySpelling() {
        Set<String> names = new HashSet<>();
        for (Key key : SettingTable.keys()) {
            assertThat(key.path()).matches("[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)?");
            assertThat(names.add(key.variable())).as(key.variable()).isTrue();
            if (key.setting().secret()) {
                assertThat(names.add(key.variable() + "_FILE")).isTrue();
            }
        }
    }

    @Test
    void everyKeyIsDocumentedAndItsDefaultIsWhatTheReferenceSays() {
        for (Key key : SettingTable.keys()) {
            assertThat(key.setting().text()).as(key.path()).endsWith(".");
            assertThat(key.accepted()).as(key.path()).isNotBlank();
            assertThat(key.print(key.defaultValue())).as(key.path()).isEqualTo(key.defaultText());
        }
        assertThat(List.copyOf(SettingTable.keys())).hasSizeGreaterThan(50);
    }
}
