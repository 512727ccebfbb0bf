package io.pledgemq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.server.config.ConfigReference;
import io.pledgemq.server.tls.Pem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigCommandTest {

    private final Path file;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    ConfigCommandTest(@TempDir Path directory) {
        this.file = directory.resolve("pledgemq.yaml");
    }

    @Test
    void showPrintsEveryValueAndMasksSecrets() throws IOException {
        Files.writeString(file, "listen: {port: 9000}\nalerts: {webhook: 'http://localhost/canary'}\n");

        assertThat(run("config", "show", "--config", file.toString())).isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^listen\\.port +9000$")
                .containsPattern("(?m)^limits\\.body +4MiB$")
                .containsPattern("(?m)^admin\\.port +-$")
                .containsPattern("(?m)^alerts\\.webhook +\\*+$")
                .doesNotContain("canary");
    }

    @Test
    void originIsShownOnDemand() throws IOException {
        Files.writeString(file, "listen: {port: 9000}\n");

        assertThat(run("config", "show", "--origin", "--config", file.toString()))
                .isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^listen\\.port +9000 +\\Q" + file + "\\E:1:16$")
                .containsPattern("(?m)^limits\\.body +4MiB +default$");
    }

    @Test
    void jsonHasTheSame() throws IOException {
        Files.writeString(file, "listen: {port: 9000}\nalerts: {webhook: 'http://localhost/canary'}\n");

        assertThat(run("config", "show", "--origin", "-o", "json", "--config", file.toString()))
                .isZero();
        assertThat(out.toString()).doesNotContain("canary");
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.get("file").asText()).isEqualTo(file.toString());
        assertThat(setting(json, "listen.port").get("value").asText()).isEqualTo("9000");
        assertThat(setting(json, "listen.port").get("origin").asText()).isEqualTo(file + ":1:16");
        assertThat(setting(json, "admin.port").get("value").isNull()).isTrue();

        assertThat(run("config", "show", "-o", "json", "--config", file.toString()))
                .isZero();
        assertThat(out.toString()).doesNotContain("origin");
    }

    @Test
    void checkIsContentWithAGoodFile() throws IOException {
        Files.writeString(file, "listen: {port: 9000}\n");

        assertThat(run("config", "check", "--config", file.toString())).isZero();
        assertThat(out.toString()).startsWith("The configuration is fine: " + file);
    }

    @Test
    void checkTellsAllProblemsAndEndsWithTwo() throws IOException {
        Files.writeString(file, "listen: {prot: 9000}\nlimits: {body: 4}\n");

        assertThat(run("config", "check", "--config", file.toString())).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .startsWith("The configuration has 2 problems.")
                .contains("why:  " + file + ":1:10: listen.prot: unknown key; did you mean port?")
                .contains(file + ":2:16: limits.body: '4' is not accepted")
                .contains("next: correct them");
        assertThat(run("config", "show", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString()).startsWith("The configuration has 2 problems.");
    }

    @Test
    void certificatesThatNoServerStartsWithAreProblems() throws Exception {
        Path certificate = file.resolveSibling("own.crt");
        Path key = file.resolveSibling("own.key");
        Files.writeString(
                file, "tls: {mode: files, certificate-file: '" + certificate + "', key-file: '" + key + "'}\n");

        Instant now = Instant.now();
        Pem.make("EC", now.plus(Duration.ofDays(100))).write(certificate, key);
        assertThat(check()).isZero();
        Pem.make("EC", now.minusSeconds(5)).write(certificate, key);
        assertRefused("Cannot use the certificate in " + certificate, "it expired at", "put a new one there");
        Pem.make("EC", now.plus(Duration.ofDays(900))).write(certificate, key);
        assertRefused("Cannot use the certificate in " + certificate, "it is valid from", "check the clock");
        Pem.make("EC", now.plus(Duration.ofDays(100))).write(certificate, file.resolveSibling("another.key"));
        assertRefused("Cannot use the key " + key, "does not belong", "put the key of that certificate there");
        Files.writeString(certificate, "nothing");
        assertRefused("Cannot read the certificates in " + certificate, "it contains none", "BEGIN CERTIFICATE");
        Files.delete(certificate);
        assertRefused("Cannot read " + certificate, "there is no such file", "check the path");
    }

    private int check() {
        return run("config", "check", "--config", file.toString());
    }

    private void assertRefused(String what, String why, String next) {
        assertThat(check()).isEqualTo(2);
        assertThat(err.toString())
                .contains(what)
                .contains("why:  ")
                .contains(why)
                .contains("next: ")
                .contains(next);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void referenceAndExampleArePrinted() {
        assertThat(run("config", "reference")).isZero();
        assertThat(out.toString()).isEqualTo(ConfigReference.markdown());
        assertThat(run("config", "reference", "--example")).isZero();
        assertThat(out.toString()).isEqualTo(ConfigReference.example());
    }

    @Test
    void wrongUseEndsWithTwo() {
        assertThat(run("config")).isEqualTo(2);
        assertThat(err.toString()).contains("Which config command?");
        assertThat(run("config", "chekc")).isEqualTo(2);
        assertThat(err.toString()).contains("Did you mean check");
    }

    private static JsonNode setting(JsonNode json, String key) {
        for (JsonNode setting : json.get("settings")) {
            if (setting.get("key").asText().equals(key)) {
                return setting;
            }
        }
        throw new AssertionError("no setting " + key);
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }
}
