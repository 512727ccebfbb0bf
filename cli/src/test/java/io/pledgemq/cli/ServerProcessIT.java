package io.pledgemq.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.server.ExitStatus;
import io.pledgemq.server.Neighbour;
import io.pledgemq.server.RawHttp2;
import io.pledgemq.server.Requests;
import io.pledgemq.server.Running;
import io.pledgemq.server.tls.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: how it starts, why it does not, and how it ends. */
class ServerProcessIT {
    private static final Pattern ENDPOINT = Pattern.compile("endpoint +127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();
    private int count;

    @AfterEach
    void endThem() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly();
        }
        for (Process process : processes) {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** A server process and what it says. */
    private record Started(Process process, Path output) {
        String said() {
            try {
                return Files.readString(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        int port() {
            Matcher endpoint = ENDPOINT.matcher(said());
            assertThat(endpoint.find()).isTrue();
            return Integer.parseInt(endpoint.group(1));
        }

        Started ready() throws InterruptedException {
            Running.await("the server is ready: " + said(), () -> said().contains("ready in "));
            return this;
        }

        void exits(ExitStatus status, String... words) throws InterruptedException {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(List.of(words)).allSatisfy(word -> assertThat(said()).contains(word));
            assertThat(process.exitValue()).isEqualTo(status.code());
        }
    }

    private Started start(Path config, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("server", "--config", config.toString()));
        arguments.addAll(List.of(options));
        return run(arguments);
    }

    private Started run(List<String> arguments) throws IOException {
        return run(List.of(), arguments);
    }

    /** @param prefix what starts the process, if not this one */
    private Started run(List<String> prefix, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        Path output = directory.resolve("output-" + count++);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        processes.add(process);
        return new Started(process, output);
    }

    @Test
    void signalEndsItInOrderAndItStartsAgain() throws Exception {
        Path config = Running.file(directory);
        Started server = start(config).ready();
        try (Neighbour client = new Neighbour(server.port())) {
            client.isServed();
        }
        assertThat(server.said()).contains("data directory", "administration", "metrics");

        server.process.destroy();

        server.exits(ExitStatus.STOPPED, "stopped");
        start(config).ready();
    }

    /** With digits, calendars and cases of their own; its certificate is made in the first one. */
    @Test
    void startsAgainInEveryLocale() throws Exception {
        List<String> arguments =
                List.of("server", "--config", Running.file(directory).toString());
        for (String locale : List.of("ar EG ", "fa IR ", "th TH TH", "ja JP JP", "tr TR ")) {
            String[] parts = locale.split(" ", 3);
            String options = "JAVA_TOOL_OPTIONS=-Duser.language=" + parts[0] + " -Duser.country=" + parts[1]
                    + " -Duser.variant=" + parts[2];
            Started server = run(List.of("env", options), arguments).ready();
            listTopics(server).exits(ExitStatus.STOPPED, "orders");
            server.process.destroy();
            server.exits(ExitStatus.STOPPED, "stopped");
        }
        run(arguments).ready();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "env of other systems cannot choose what a signal does")
    void aTerminalThatGoesAwayEndsItInOrderUnlessItWasStartedToIgnoreThat() throws Exception {
        List<String> arguments =
                List.of("server", "--config", Running.file(directory).toString());
        Started server = run(List.of("env", "--default-signal=HUP"), arguments).ready();
        hangUp(server);
        server.exits(ExitStatus.STOPPED, "HUP: draining", "stopped");

        Started detached = run(List.of("env", "--ignore-signal=HUP"), arguments).ready();
        hangUp(detached);
        detached.process.destroy();
        detached.exits(ExitStatus.STOPPED, "TERM: draining", "stopped");
        assertThat(detached.said()).doesNotContain("HUP");
    }

    private static void hangUp(Started server) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-HUP", String.valueOf(server.process.pid())).start();
        assertThat(kill.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }

    @Test
    void aDataDirectoryOpenToOthersIsTold() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-x---"));

        assertThat(start(Running.file(directory)).ready().said())
                .contains("is open to others (rwxr-x---)", "chmod 700 " + data);
    }

    @Test
    void secondSignalDoesNotWaitForRequestsInProgress() throws Exception {
        Started server =
                start(Running.file(directory, "shutdown.drain-timeout: 10m")).ready();
        try (RawHttp2 unfinished = RawHttp2.established(server.port())) {
            unfinished.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.call("Telemetry", Map.of()));
            assertThat(unfinished.readFor(5_000)).isNotEmpty();
            server.process.destroy();
            Running.await("it drains", () -> server.said().contains("draining"));
            assertThat(server.process.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();

            server.process.destroy();

            server.exits(ExitStatus.FORCED);
        }
    }

    @Test
    void takenPortIsTold() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            start(Running.file(directory), "--port", String.valueOf(taken.getLocalPort()))
                    .exits(
                            ExitStatus.ADDRESS,
                            "Cannot listen on",
                            String.valueOf(taken.getLocalPort()),
                            "held by process " + ProcessHandle.current().pid(),
                            "why:",
                            "next:");
        }
    }

    @Test
    void dataDirectoryInUseIsTold() throws Exception {
        Path config = Running.file(directory);
        Started first = start(config).ready();

        start(config)
                .exits(
                        ExitStatus.IN_USE,
                        "Cannot open the data directory",
                        "in use by another process",
                        String.valueOf(first.process.pid()),
                        "next:");
    }

    @Test
    void dataDirectoryThatCannotBeOneIsTold() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");

        for (String mode : List.of("off", "generated")) {
            start(Running.file(directory, "tls.mode: " + mode), "--data", file.toString())
                    .exits(ExitStatus.PERMISSION, "Cannot open the data directory", "is not a directory", "next:");
        }
    }

    @Test
    void whatItPrintsIsReachedAsItSays() throws Exception {
        Started server = start(Running.file(directory)).ready();
        assertThat(server.said()).contains("administration  http://");
        listTopics(server).exits(ExitStatus.STOPPED, "orders");
    }

    /** The command line over TLS, with options of its own. */
    private Started listTopics(Started server, String... options) throws IOException {
        String data = directory.resolve("data").toString();
        List<String> arguments = new ArrayList<>(
                List.of("topic", "list", "--endpoint", "https://127.0.0.1:" + server.port(), "--data", data));
        arguments.addAll(List.of("--ca", data + "/tls.pem"));
        arguments.addAll(List.of(options));
        return run(arguments);
    }

    @Test
    void aServerThatDemandsCertificatesIsAdministratedWithOne() throws Exception {
        Path certificate = directory.resolve("own.crt");
        Path key = directory.resolve("own.key");
        Pem.make("EC", Instant.now().plus(Duration.ofDays(1)), "one").write(certificate, key);
        Started server = start(Running.file(
                        directory, "tls.client-ca-file: " + certificate, "tls.client-certificate: required"))
                .ready();
        assertThat(server.said()).contains("administration  https://", "metrics         https://");

        listTopics(server).exits(ExitStatus.FAILED, "show one with --cert FILE --cert-key FILE");
        tells(server, "it shows no certificate");
        Path other = directory.resolve("other.crt");
        Path otherKey = directory.resolve("other.key");
        Pem.make("EC", Instant.now().plus(Duration.ofDays(1)), "one").write(other, otherKey);
        listTopics(server, "--cert", other.toString(), "--cert-key", otherKey.toString())
                .exits(ExitStatus.FAILED, "may not trust " + other);
        tells(server, "its certificate is not trusted");
        assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .send(
                                Requests.to("http://127.0.0.1:" + server.port()).build(),
                                HttpResponse.BodyHandlers.discarding()))
                .isInstanceOf(IOException.class);
        tells(server, "it does not speak TLS");
        assertThat(server.said()).as("stack traces").doesNotContain("Exception");
        listTopics(server, "--cert", certificate.toString(), "--cert-key", key.toString())
                .exits(ExitStatus.STOPPED, "orders");
    }

    private static void tells(Started server, String why) throws Exception {
        Running.await("it tells " + why, () -> server.said().contains(why));
    }

    @Test
    void changedUsersAreInForceWithoutARestart() throws Exception {
        Started server = start(Running.file(directory)).ready();
        Path users = directory.resolve("data/users.yaml");
        Path draft = Files.createFile(
                directory.resolve("draft"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assertThat(statusFor(server, "wanda")).isEqualTo(401);

        Files.writeString(draft, "users: [{name: wanda, secret: eight-letters, role: viewer}]\n");
        Files.copy(draft, users, StandardCopyOption.COPY_ATTRIBUTES);
        Running.await("the user is known", () -> server.said().contains("are in force"));
        assertThat(statusFor(server, "wanda")).isEqualTo(200);

        Files.writeString(users, "users: [{nam: wanda}]\n");
        Running.await("the mistake is told", () -> server.said().contains("those before stay"));
        assertThat(statusFor(server, "wanda")).isEqualTo(200);
    }

    private static int statusFor(Started server, String user) throws Exception {
        String both = Base64.getEncoder().encodeToString((user + ":eight-letters").getBytes(StandardCharsets.UTF_8));
        return HttpClient.newHttpClient()
                .send(
                        Requests.to("http://127.0.0.1:" + server.port() + "/admin/v1/topics")
                                .header("authorization", "Basic " + both)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void damagedLogIsTold() throws Exception {
        Path config = Running.file(directory);
        Started server = start(config).ready();
        server.process.destroy();
        server.exits(ExitStatus.STOPPED);
        Path segment = directory.resolve("data/segment-0000000001.log");
        overwrite(segment, 0, new byte[64]);

        start(config).exits(ExitStatus.DAMAGED, "Cannot open the data directory", "segment-0000000001.log", "next:");
    }

    private static void overwrite(Path file, long at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    @Test
    void openAddressWithoutProtectionIsRefused() throws Exception {
        start(Running.file(directory, "listen.host: 0.0.0.0"))
                .exits(ExitStatus.CONFIGURATION, "listen.host", "authentication", "TLS");
    }

    @Test
    void expiredCertificateIsTold() throws Exception {
        Path certificate = directory.resolve("a.crt");
        Path key = directory.resolve("a.key");
        Pem.make("EC", Instant.now().minus(Duration.ofDays(1))).write(certificate, key);

        start(Running.file(
                        directory, "tls.mode: files", "tls.certificate-file: " + certificate, "tls.key-file: " + key))
                .exits(ExitStatus.CREDENTIALS, "it expired at", "next:");
    }
}
