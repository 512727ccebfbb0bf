package io.pledgemq.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a wrong file gets: file, line, column, what was expected, and everything at once. */
class ConfigProblemsTest {

    private final Path file;

    ConfigProblemsTest(@TempDir Path directory) {
        this.file = directory.resolve("pledgemq.yaml");
    }

    @Test
    void allProblemsOfAFileAreToldTogether() throws IOException {
        assertThat(problems("""
                        listen:
                          prot: 8081
                          host: ""
                        delivery:
                          long-poll: 20
                          longPollMin: 5s
                        limits: {body: 100MiB, topics: many}
                        topics:
                          - name: a
                          - type: fifo
                          - name: a
                        colour: blue
                        """))
                .containsExactly(
                        "2:3: listen.prot: unknown key; did you mean port?",
                        "3:9: listen.host: there is no value; expected a host name or an IP address. To get the default,"
                                + " remove the key",
                        "5:14: delivery.long-poll: '20' is not accepted; expected a whole number with a unit: ms, s, m,"
                                + " h or d, such as 30s, from 1s to 10m",
                        "6:3: delivery.longPollMin: unknown key; did you mean long-poll-min?",
                        "7:16: limits.body: '100MiB' is not accepted; expected a whole number with a unit: B, KiB, MiB,"
                                + " GiB or TiB, such as 64MiB, from 1KiB to 64MiB",
                        "7:32: limits.topics: 'many' is not accepted; expected a whole number, from 1 to 100000",
                        "10:5: topics[1]: name is missing; expected 1 to 127 of letters, digits, %, _ and -, not"
                                + " beginning with %DLQ% or %RETRY%",
                        "11:5: topics[2]: a is in the list twice; the first is at " + file + ":9:5",
                        "12:1: colour: unknown key; known here: data, listen, admin, tls, access, topics, groups,"
                                + " new-groups, delivery, checks, limits, store, compatibility, metrics, health, alerts,"
                                + " audit, logging, shutdown, watchdog");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    port: 1                           | 1:1: port: unknown key; did you mean listen.port?
                    listen: {port: 1, port: 2}        | 1:19: listen.port: is there twice; the first is at FILE:1:10
                    listen: 8081                      | 1:9: listen: expected keys with values
                    listen: [port]                    | 1:9: listen: expected keys with values
                    - listen                          | 1:1: expected keys with values such as listen, found a list
                    listen                            | 1:1: expected keys with values such as listen, found a single
                    listen: {port: [1]}               | 1:16: listen.port: expected a whole number, from 0 to 65535, found a list
                    listen: {port: {a: 1}}            | 1:16: listen.port: expected a whole number, from 0 to 65535, found keys with values
                    listen: {port: }                  | listen.port: there is no value; expected
                    listen: {port: -1}                | 1:16: listen.port: '-1' is not accepted
                    listen: {port: 08081}             | 1:16: listen.port: '08081' is not accepted
                    listen: {port: 8_081}             | 1:16: listen.port: '8_081' is not accepted
                    listen: {port: 99999999999}       | 1:16: listen.port: '99999999999' is not accepted
                    listen: {host: a/b}               | 1:16: listen.host: 'a/b' is not accepted; expected a host name
                    metrics: yes                      | 1:10: metrics: 'yes' is not accepted; expected on or off
                    data: ~/mq                        | 1:7: data: '~/mq' is not accepted; expected a path; ~ is not
                    logging: {level: loud}            | expected trace, debug, info, warn, error
                    topics: a                         | 1:9: topics: expected a list of elements with name, type, queues, found a single value
                    topics: [a]                       | 1:10: topics[0]: expected an element with
                    topics: [{name: a, queus: 1}]     | 1:20: topics[0].queus: unknown key; did you mean queues?
                    topics: [{name: a, queues: 65}]   | 1:28: topics[0].queues: '65' is not accepted; expected a whole number, from 1 to 64
                    topics: [{name: a.b}]             | 1:17: topics[0].name: 'a.b' is not accepted
                    topics: [{name: '%DLQ%g'}]        | 1:17: topics[0].name: '%DLQ%g' is not accepted
                    groups: [{name: g, retry: fast}]  | 1:27: groups[0].retry: 'fast' is not accepted; expected fixed:PAUSE
                    groups: [{name: g, retry: 'fixed:-1:0'}] | 1:27: groups[0].retry: 'fixed:-1:0' is not accepted
                    access: {hosts: a}                | 1:17: access.hosts: expected a list of host names
                    access: {hosts: [a, a]}           | 1:21: access.hosts[1]: a is in the list twice
                    access: {hosts: [{a: 1}]}         | 1:18: access.hosts[0]: expected host names
                    data: *here                       | 1:7: aliases such as *name are not supported
                    data: [a                          | not YAML: while parsing a flow sequence, expected ',' or ']'
                    """)
    void whatIsWrongIsToldWithItsPlace(String yaml, String expected) throws IOException {
        assertThat(problems(yaml + "\n"))
                .singleElement()
                .asString()
                .contains(expected.replace("FILE", file.toString()))
                .matches("(?s)\\d+:\\d+: .*");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    delivery: {long-poll: 4s, long-poll-min: 5s} | must not be more than delivery.long-poll = 4s (FILE:1:23)
                    delivery: {long-poll-max: 10s}           | delivery.long-poll = 20s (default) must not be more than
                    delivery: {invisible-min: 1h, invisible-max: 30m} | delivery.invisible-min = 1h
                    checks: {interval: 10m}                  | checks.cap = 5m (default)
                    limits: {tag: 8KiB, filter: 4KiB}        | must not be more than limits.filter = 4KiB (FILE:1:
                    limits: {bytes-in-flight: 1MiB}          | limits.body = 4MiB (default) must not be more than
                    limits: {body: 64MiB}                    | the largest message does not fit a segment: store.segment = 64MiB (default), limits.body = 64MiB
                    store: {segment: 4MiB}                   | use larger segments or smaller limits
                    listen: {host: 0.0.0.0}                  | 1:16: listen.host = 0.0.0.0 (FILE:1:16) is not loopback
                    listen: {host: 127.evil.example}         | is not loopback
                    admin: {host: 0.0.0.0, port: 1}          | admin.host = 0.0.0.0
                    admin: {port: 8081}                      | remove admin.port to serve both on one port
                    tls: {mode: files}                       | tls.mode = files (FILE:1:13) goes with
                    tls: {mode: files, key-file: k}          | tls.certificate-file = not set (default)
                    tls: {key-file: k}                       | 1:17: tls.mode = generated (default) goes with
                    tls: {client-certificate: required}      | both or neither of
                    tls: {client-ca-file: f}                 | both or neither of
                    groups: [{name: g, dead-letter-blocks: on}] | group g has dead-letter-blocks without fifo
                    """)
    void contradictionsNameBothSides(String yaml, String expected) throws IOException {
        assertThat(problems(yaml + "\n"))
                .singleElement()
                .asString()
                .contains(expected.replace("FILE", file.toString()))
                .matches("(?s)1:\\d+: .*");
    }

    @Test
    void addressesThatOthersReachNeedAuthenticationAndTlsOrCourage() throws IOException {
        String open = "listen: {host: 0.0.0.0}\n";
        assertThat(problems(open + "access: {authentication: on}\n")).isEmpty();
        assertThat(problems(open + "access: {authentication: on}\ntls: {mode: off}\n"))
                .hasSize(1);
        assertThat(problems(open + "access: {insecure: on}\ntls: {mode: off}\n"))
                .isEmpty();
        for (String loopback : List.of("localhost", "127.0.0.1", "127.1.2.3", "'::1'", "'[::1]'")) {
            assertThat(problems("listen: {host: " + loopback + "}\n"))
                    .as(loopback)
                    .isEmpty();
        }
    }

    @Test
    void aValueThatCannotBeReadContradictsNothing() throws IOException {
        assertThat(problems("delivery: {long-poll: 4, long-poll-max: 10s}\n"))
                .singleElement()
                .asString()
                .startsWith("1:23: delivery.long-poll: '4' is not accepted");
    }

    @Test
    void whatIsNoYamlIsToldWithThePlaceOfTheFault() throws IOException {
        assertThat(problems("listen:\n\tport: 1\n"))
                .singleElement()
                .asString()
                .startsWith("2:1: not YAML: while scanning for the next token, found character '\\t(TAB)'");
        assertThat(problems("listen:\n  host: a: b\n"))
                .containsExactly("2:10: not YAML: mapping values are not allowed here");
        assertThat(problems("data: \"never closed\n"))
                .containsExactly("2:1: not YAML: while scanning a quoted scalar, found unexpected end of stream");
    }

    @Test
    void twoDocumentsAreNotOneConfiguration() throws IOException {
        assertThat(problems("metrics: off\n---\nhealth: off\n"))
                .singleElement()
                .asString()
                .contains("a second document begins here");
    }

    @Test
    void whatIsNoTextIsNoConfiguration() throws IOException {
        Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xff});
        assertThat(problems()).containsExactly(file + ": the file is not UTF-8");
        Files.writeString(file, "#".repeat((1 << 20) + 1));
        assertThat(problems()).containsExactly(file + ": the file is larger than 1MiB, so it is no configuration");
    }

    @Test
    void namesOfPeopleOutsideOfAsciiAreRead() throws IOException {
        Files.write(file, "data: /data/仓库\n".getBytes(StandardCharsets.UTF_8));
        assertThat(problems()).isEmpty();
    }

    /** The problems of the given file, without the file's own name at their beginning. */
    private List<String> problems(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return problems().stream()
                .map(problem -> problem.startsWith(file + ":")
                        ? problem.substring(file.toString().length() + 1)
                        : problem)
                .toList();
    }

    private List<String> problems() {
        try {
            ConfigLoader.load(ConfigSources.none().withFile(file));
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }
}
