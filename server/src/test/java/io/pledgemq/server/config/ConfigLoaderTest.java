package io.pledgemq.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.TopicType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {

    private final Path directory;
    private final Path file;

    ConfigLoaderTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("pledgemq.yaml");
    }

    @Test
    void withoutAnythingThereAreTheDefaults() throws ConfigException {
        LoadedConfig loaded = ConfigLoader.load(ConfigSources.none());

        assertThat(loaded.config()).isEqualTo(ServerConfig.defaults());
        assertThat(loaded.file()).isEmpty();
        assertThat(loaded.values())
                .allSatisfy(value -> assertThat(value.origin()).isEqualTo("default"))
                .hasSizeGreaterThan(50);
    }

    @Test
    void flagsWinOverEnvironmentOverFileOverDefaults() throws Exception {
        write("""
                data: /from/file
                listen:
                  host: localhost
                  port: 1000
                delivery: {batch: 16}
                """);
        LoadedConfig loaded = ConfigLoader.load(ConfigSources.none()
                .withFile(file)
                .withEnvironment(Map.of("PLEDGEMQ_LISTEN__PORT", "2000", "PLEDGEMQ_DATA", "/from/environment"))
                .withFlag("--port", "listen.port", "3000"));

        assertThat(loaded.config().listen()).isEqualTo(new ListenConfig("localhost", 3000));
        assertThat(loaded.config().data()).isEqualTo(Path.of("/from/environment"));
        assertThat(loaded.config().delivery().batch()).isEqualTo(16);
        assertThat(loaded.config().delivery().longPoll()).isEqualTo(Duration.ofSeconds(20));
        assertThat(origin(loaded, "listen.port")).isEqualTo("flag --port");
        assertThat(origin(loaded, "data")).isEqualTo("environment PLEDGEMQ_DATA");
        assertThat(origin(loaded, "listen.host")).isEqualTo(file + ":3:9");
        assertThat(origin(loaded, "delivery.batch")).isEqualTo(file + ":5:19");
        assertThat(origin(loaded, "delivery.long-poll")).isEqualTo("default");
        assertThat(loaded.file()).contains(file);
    }

    @Test
    void everyKindOfValueIsRead() throws Exception {
        write("""
                admin: {port: 9090}
                access:
                  authentication: on
                  users-file: users.yaml
                  hosts: [mq.example.com, 'mq']
                topics:
                  - name: order-created
                    type: transaction
                  - {name: prices, queues: 1}
                groups:
                  - name: warehouse
                    fifo: true
                    max-attempts: 3
                    retry: fixed:1000:0
                    on-exhausted: compensate
                    dead-letter-blocks: true
                new-groups: {start-from: earliest}
                limits:
                  body: 1MiB
                  delay: 1d
                alerts:
                  webhook: "https://example.com/hook?token=abc"
                logging: {level: DEBUG}
                """);
        ServerConfig config = load(file);

        assertThat(config.admin().port()).contains(9090);
        assertThat(config.access().authentication()).isTrue();
        assertThat(config.access().usersFile()).contains(Path.of("users.yaml"));
        assertThat(config.access().hosts()).containsExactly("mq.example.com", "mq");
        assertThat(config.topics())
                .containsExactly(
                        new TopicSetting("order-created", TopicType.TRANSACTION, 8),
                        new TopicSetting("prices", TopicType.NORMAL, 1));
        assertThat(config.groups())
                .containsExactly(new GroupSetting(
                        "warehouse", true, 3, new RetryPolicy.Fixed(1000, 0), OnExhausted.COMPENSATE, true));
        assertThat(config.newGroups().startFrom()).isEqualTo(NewGroupsConfig.StartFrom.EARLIEST);
        assertThat(config.limits().body()).isEqualTo(new ByteSize(1 << 20));
        assertThat(config.limits().delay()).isEqualTo(Duration.ofDays(1));
        assertThat(config.alerts().webhook().orElseThrow()).hasHost("example.com");
        assertThat(config.logging().level()).isEqualTo(LoggingConfig.Level.DEBUG);
    }

    @Test
    void theFirstFileThatIsThereIsRead() throws Exception {
        Path other = directory.resolve("other.yaml");
        Files.writeString(other, "listen: {port: 2}\n");
        ConfigSources sources = ConfigSources.none().withPlaces(List.of(file, other));
        assertThat(ConfigLoader.load(sources).config().listen().port()).isEqualTo(2);

        write("listen: {port: 1}\n");
        assertThat(ConfigLoader.load(sources).config().listen().port()).isEqualTo(1);
    }

    @Test
    void emptyFilesAndEmptySectionsChangeNothing() throws Exception {
        for (String text : List.of("", "# nothing\n", "---\n", "listen:\n#  port: 1\n", "listen: {}\n")) {
            write(text);
            assertThat(load(file)).as(text).isEqualTo(ServerConfig.defaults());
        }
    }

    @Test
    void aFileOfTheUserThatIsNotThereIsAProblem() {
        assertThat(problems(ConfigSources.none().withFile(file))).containsExactly(file + ": there is no such file");
        assertThat(problems(ConfigSources.none().withFile(directory)))
                .singleElement()
                .asString()
                .startsWith(directory + ": the file cannot be read: ");
    }

    @Test
    void environmentSetsScalarsAndListsOfScalars() throws Exception {
        ServerConfig config = ConfigLoader.load(ConfigSources.none()
                        .withEnvironment(Map.of(
                                "PLEDGEMQ_DELIVERY__LONG_POLL", "15s",
                                "PLEDGEMQ_ACCESS__HOSTS", "a.example, b.example",
                                "PLEDGEMQ_METRICS", "off",
                                "PLEDGEMQ_ADMIN__PORT", "9090")))
                .config();

        assertThat(config.delivery().longPoll()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.access().hosts()).containsExactly("a.example", "b.example");
        assertThat(config.metrics()).isFalse();
        assertThat(config.admin().port()).contains(9090);
    }

    @Test
    void variablesOfOthersAreLeftAlone() throws ConfigException {
        ServerConfig config = ConfigLoader.load(ConfigSources.none()
                        .withEnvironment(Map.of(
                                "PLEDGEMQ_JAVA_OPTS", "-Xmx1g",
                                "PLEDGEMQ_PORT", "tcp://10.0.0.1:8081",
                                "PLEDGEMQ_PORT_8081_TCP_ADDR", "10.0.0.1",
                                "PATH", "/bin")))
                .config();

        assertThat(config).isEqualTo(ServerConfig.defaults());
    }

    @Test
    void mistypedVariablesAreProblems() {
        assertThat(problems(ConfigSources.none()
                        .withEnvironment(Map.of(
                                "PLEDGEMQ_LISTEN__PROT", "1",
                                "PLEDGEMQ_LISTEN_PORT", "1",
                                "PLEDGEMQ_LIMITS__BODY", "1",
                                "PLEDGEMQ_TOPICS__0__NAME", "a",
                                "PLEDGEMQ_QQQQ__ZZZZZZ", "a",
                                "PLEDGEMQ_GROUPS", "a"))))
                .containsExactly(
                        "environment PLEDGEMQ_GROUPS: groups: can be set in the file only",
                        "environment PLEDGEMQ_LIMITS__BODY: limits.body: '1' is not accepted; expected a whole number"
                                + " with a unit: B, KiB, MiB, GiB or TiB, such as 64MiB, from 1KiB to 64MiB",
                        "environment PLEDGEMQ_LISTEN_PORT: stands for no key; did you mean PLEDGEMQ_LISTEN__PORT?",
                        "environment PLEDGEMQ_LISTEN__PROT: stands for no key; did you mean PLEDGEMQ_LISTEN__PORT?",
                        "environment PLEDGEMQ_QQQQ__ZZZZZZ: stands for no key; all keys: ./pledgemq config show",
                        "environment PLEDGEMQ_TOPICS__0__NAME: topics: can be set in the file only");
    }

    @Test
    void aSecretMayBeInAFileAndIsNeverShown() throws Exception {
        Path secret = directory.resolve("secret");
        Files.writeString(secret, "https://example.com/canary\n");
        LoadedConfig loaded = ConfigLoader.load(
                ConfigSources.none().withEnvironment(Map.of("PLEDGEMQ_ALERTS__WEBHOOK_FILE", secret.toString())));

        assertThat(loaded.config().alerts().webhook().orElseThrow()).hasPath("/canary");
        assertThat(loaded.values().toString() + loaded.config()).doesNotContain("canary");
        assertThat(loaded.values())
                .filteredOn(value -> value.key().equals("alerts.webhook"))
                .containsExactly(new LoadedConfig.Value(
                        "alerts.webhook", Optional.of("********"), "environment PLEDGEMQ_ALERTS__WEBHOOK_FILE", false));
    }

    @Test
    void aSecretThatIsWrongIsNotShownEither() throws Exception {
        write("alerts: {webhook: canary}\n");
        assertThat(problems(ConfigSources.none().withFile(file)))
                .containsExactly(
                        file + ":1:19: alerts.webhook: the value is not accepted; expected an http or https URL");
        assertThat(problems(ConfigSources.none()
                        .withEnvironment(Map.of(
                                "PLEDGEMQ_ALERTS__WEBHOOK",
                                "http://localhost/",
                                "PLEDGEMQ_ALERTS__WEBHOOK_FILE",
                                directory.resolve("none").toString()))))
                .singleElement()
                .asString()
                .contains("the file with the secret cannot be read");
        Path secret = directory.resolve("secret");
        Files.writeString(secret, "http://localhost/");
        assertThat(problems(ConfigSources.none()
                        .withEnvironment(Map.of(
                                "PLEDGEMQ_ALERTS__WEBHOOK",
                                "http://localhost/",
                                "PLEDGEMQ_ALERTS__WEBHOOK_FILE",
                                secret.toString()))))
                .singleElement()
                .asString()
                .contains("set by PLEDGEMQ_ALERTS__WEBHOOK too; set one of the two");
    }

    @Test
    void aFlagIsCheckedLikeAnyValue() {
        assertThat(problems(ConfigSources.none().withFlag("--port", "listen.port", "99999")))
                .containsExactly("flag --port: listen.port: '99999' is not accepted; expected a whole number, from 0 to"
                        + " 65535");
        for (String noKey : List.of("no.key", "listen", "topics")) {
            assertThatThrownBy(() -> ConfigLoader.load(ConfigSources.none().withFlag("--x", noKey, "1")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(noKey);
        }
    }

    private static String origin(LoadedConfig loaded, String key) {
        return loaded.values().stream()
                .filter(value -> value.key().equals(key))
                .findFirst()
                .orElseThrow()
                .origin();
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private static ServerConfig load(Path file) throws ConfigException {
        return ConfigLoader.load(ConfigSources.none().withFile(file)).config();
    }

    private static List<String> problems(ConfigSources sources) {
        try {
            ConfigLoader.load(sources);
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }
}
