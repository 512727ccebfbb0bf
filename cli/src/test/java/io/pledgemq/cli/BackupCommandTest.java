package io.pledgemq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Running;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Backup and restore as an operator does them. */
class BackupCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(args);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void aRunningServerIsBackedUpAndTheRestoredOneStarts() throws Exception {
        String credential;
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            credential = Files.readString(directory.resolve("data/admin.credential"));
            int code = run(
                    "backup",
                    "--to",
                    path("backup"),
                    "--data",
                    path("data"),
                    "--endpoint",
                    "http://127.0.0.1:" + server.adminPort(),
                    "-o",
                    "json");
            assertThat(err.toString())
                    .isEqualToIgnoringNewLines(
                            "server http://127.0.0.1:" + server.adminPort() + ", data directory " + path("data"));
            assertThat(code).isZero();
            assertThat(json().at("/state").asText()).isEqualTo("done");
            assertThat(server.lifecycle().ready()).isTrue();
        }
        for (String secret : new String[] {"capability.key", "admin.credential", "tls.pem"}) {
            assertThat(Files.getPosixFilePermissions(directory.resolve("backup").resolve(secret)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }

        assertThat(run("restore", "--from", path("backup"), "--data", path("new/data"), "-o", "json"))
                .isZero();
        assertThat(run("log", "verify", "--data", path("new/data"))).isZero();
        Path restored = directory.resolve("new");
        assertThat(Files.readString(restored.resolve("data/admin.credential"))).isEqualTo(credential);
        try (PledgeServer server = PledgeServer.start(Running.config(restored))) {
            assertThat(run(
                            "topic",
                            "show",
                            "orders",
                            "--data",
                            path("new/data"),
                            "--endpoint",
                            "http://127.0.0.1:" + server.adminPort()))
                    .isZero();
        }
    }

    @Test
    void aDirectoryThatNobodyUsesIsBackedUpWithoutAServer() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            assertThat(server.lifecycle().ready()).isTrue();
        }
        assertThat(run("backup", "--to", path("backup"), "--data", path("data"), "-o", "json"))
                .isZero();
        assertThat(json().at("/files").asInt()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void aDamagedBackupIsRefusedWithTheFile() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            assertThat(server.lifecycle().ready()).isTrue();
        }
        assertThat(run("backup", "--to", path("backup"), "--data", path("data")))
                .isZero();
        Files.writeString(directory.resolve("backup/capability.key"), "other");
        assertThat(run("restore", "--from", path("backup"), "--data", path("new")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("Nothing was restored.").contains("capability.key is damaged");
        assertThat(directory.resolve("new")).doesNotExist();
    }

    @Test
    void backupsOfARunningServerGoNowhereElseThanConfigured() throws Exception {
        String allowed = "store.backup-directory: " + directory.resolve("backups");
        try (PledgeServer server = PledgeServer.start(Running.config(directory, allowed))) {
            String endpoint = "http://127.0.0.1:" + server.adminPort();
            assertThat(run("backup", "--to", path("elsewhere"), "--data", path("data"), "--endpoint", endpoint))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("store.backup-directory");
            assertThat(run("backup", "--to", path("backups/../x"), "--data", path("data"), "--endpoint", endpoint))
                    .isEqualTo(2);
            assertThat(run("backup", "--to", path("data/in"), "--data", path("data"), "--endpoint", endpoint))
                    .isEqualTo(2);
            assertThat(run("backup", "--to", path("backups/1"), "--data", path("data"), "--endpoint", endpoint))
                    .isZero();
            assertThat(run("backup", "--to", path("backups/1"), "--data", path("data"), "--endpoint", endpoint))
                    .isEqualTo(1);
            assertThat(err.toString()).contains("is not empty");
        }
    }

    @Test
    void doctorTellsAProblemOfTheConfigurationAndLooksAtTheRest() throws Exception {
        Path file = Files.writeString(directory.resolve("bad.yaml"), "listen.prot: 1\n");
        assertThat(run("doctor", "--config", file.toString(), "--data", path("data"), "--port", "0", "-o", "json"))
                .isEqualTo(Main.UNHEALTHY);
        assertThat(json().at("/findings/0/grade").asText()).isEqualTo("fail");
        assertThat(json().at("/findings").size()).isGreaterThan(8);
        assertThat(run("doctor", "--data", path("data"), "--port", "0")).isZero();
        assertThat(out.toString()).contains("force").contains("median");
    }
}
