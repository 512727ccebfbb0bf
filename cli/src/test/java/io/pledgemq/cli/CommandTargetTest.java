package io.pledgemq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Requests;
import io.pledgemq.server.Running;
import io.pledgemq.server.access.AdminCredential;
import io.pledgemq.server.access.ServerAddress;
import io.pledgemq.server.config.ConfigSources;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.http.AdminServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Where commands act, and to whom they tell a secret. */
@Timeout(120)
class CommandTargetTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path stopped = Path.of("");
    private Path running = Path.of("");

    /** Two data directories with an open dead letter {@code m-1} each; nobody uses the first. */
    @BeforeEach
    void twoDirectories() throws Exception {
        stopped = Files.createDirectory(directory.resolve("stopped"));
        running = Files.createDirectory(directory.resolve("running"));
        try (AdminServer server = AdminServer.start(stopped)) {
            letter(server);
        }
    }

    private static void letter(AdminServer server) throws Exception {
        server.topic("orders");
        server.die("orders", "warehouse", "m-1", "k-1");
    }

    private int run(Map<String, String> environment, String... arguments) {
        return run(ConfigSources.none().withEnvironment(environment), arguments);
    }

    private int run(ConfigSources process, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Main.commandLine(process);
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return line.execute(arguments);
    }

    @Test
    void twoPlacesAreRefusedAndNeitherIsTouched() throws Exception {
        try (AdminServer server = AdminServer.start(running)) {
            letter(server);
            var environment = Map.of("PLEDGEMQ_ENDPOINT", server.endpoint());

            for (String command : List.of("skip", "retry", "compensate", "close")) {
                assertThat(run(environment, "dead", command, "m-1", "--data", stopped.toString(), "--reason", "test"))
                        .isEqualTo(2);
                assertThat(err.toString())
                        .contains("has two targets", stopped.toString(), server.endpoint(), "no server uses", "next:");
            }
            assertThat(run(environment, "topic", "list", "--data", stopped.toString()))
                    .isEqualTo(2);
            assertThat(run(environment, "backup", "--data", stopped.toString(), "--to", directory + "/b"))
                    .isEqualTo(2);

            assertThat(run(Map.of(), "dead", "list", "--data", stopped.toString()))
                    .isZero();
            assertThat(out.toString()).contains("m-1", "open");
            assertThat(server.get("viewer", "/dead-letters")
                            .at("/items/0/status")
                            .asText())
                    .isEqualTo("open");
        }
    }

    @Test
    void aServerIsFoundByItsDataDirectoryHoweverThatIsNamed() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        try (PledgeServer server = PledgeServer.start(Running.config(home))) {
            Path data = home.resolve("data");
            assertThat(ServerAddress.read(data)).contains(server.administration());
            ConfigSources byFile = ConfigSources.none().withPlaces(List.of(home.resolve("pledgemq.yaml")));

            assertThat(run(Map.of("PLEDGEMQ_DATA", data.toString()), "topic", "list"))
                    .isZero();
            assertThat(out.toString()).contains("orders");
            assertThat(run(byFile, "topic", "list")).isZero();
            assertThat(run(Map.of(), "topic", "list", "--config", home + "/pledgemq.yaml"))
                    .isZero();
            assertThat(run(Map.of(), "topic", "list", "--data", data.toString()))
                    .isZero();
            assertThat(run(Map.of(), "server", "--data", data.toString(), "status"))
                    .as("options before the word status")
                    .isZero();
            assertThat(run(Map.of(), "dead", "list", "--data", data.toString()))
                    .as("through the server that uses it")
                    .isZero();
            assertThat(run(
                            Map.of("PLEDGEMQ_ENDPOINT", "localhost:" + server.adminPort()),
                            "topic",
                            "list",
                            "--data",
                            data.toString()))
                    .as("both name the same server")
                    .isZero();
        }
        assertThat(ServerAddress.read(home.resolve("data"))).isEmpty();
        assertThat(run(Map.of("PLEDGEMQ_DATA", home + "/data"), "dead", "list")).isZero();
        assertThat(run(Map.of("PLEDGEMQ_DATA", home + "/data"), "log", "verify"))
                .isZero();
    }

    @Test
    void everyChangeTellsItsTarget() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        try (PledgeServer server = PledgeServer.start(Running.config(home))) {
            String data = home.resolve("data").toString();
            assertThat(run(Map.of(), "topic", "create", "t", "--type", "FIFO", "--data", data))
                    .isZero();
            assertThat(err.toString())
                    .isEqualToIgnoringNewLines("server " + server.administration() + ", data directory " + data);
            assertThat(run(Map.of(), "topic", "list", "--data", data)).isZero();
            assertThat(err.toString()).isEmpty();
        }
        assertThat(run(Map.of(), "dead", "skip", "m-1", "--data", stopped.toString()))
                .isZero();
        assertThat(err.toString())
                .isEqualToIgnoringNewLines(
                        "data directory " + stopped
                                + ", which no server uses: what is done is recorded, and carried out when the application runs");
    }

    @Test
    void noSecretGoesToAStrangerOnThePort() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        ServerConfig config = Running.config(home);
        List<String> heard = new CopyOnWriteArrayList<>();
        try (PledgeServer server = PledgeServer.start(config)) {
            HttpServer stranger = stranger(server.administration(), heard);
            try {
                Path data = home.resolve("data");
                String endpoint = "http://127.0.0.1:" + stranger.getAddress().getPort();
                assertThat(run(Map.of(), "topic", "list", "--endpoint", endpoint, "--data", data.toString()))
                        .as("it passes the challenge on to the true server")
                        .isEqualTo(1);
                assertThat(err.toString()).contains("is not proved to be the server of " + data, "No secret was sent");

                Path secret = Files.writeString(directory.resolve("secret"), AdminServer.SECRET);
                assertThat(run(
                                Map.of(),
                                "topic",
                                "list",
                                "--endpoint",
                                endpoint,
                                "--user",
                                "viewer",
                                "--secret-file",
                                secret.toString()))
                        .isEqualTo(1);
                assertThat(run(
                                Map.of(),
                                "topic",
                                "list",
                                "--endpoint",
                                server.administration().toString(),
                                "--data",
                                stopped.toString()))
                        .as("a true server, of another directory")
                        .isEqualTo(1);
                assertThat(err.toString()).contains("does not have that directory's admin.credential");
                String credential = Files.readString(data.resolve(AdminCredential.FILE_NAME))
                        .strip();
                assertThat(heard).isNotEmpty().noneMatch(request -> request.contains("authorization"));
                assertThat(heard).noneMatch(request -> request.contains(credential.substring("admin:".length())));
            } finally {
                stranger.stop(0);
            }
        }
    }

    /** Takes down what it is sent, and answers with what the true server says to it. */
    private static HttpServer stranger(URI truth, List<String> heard) throws IOException {
        HttpServer stranger = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HttpClient http = HttpClient.newHttpClient();
        stranger.createContext("/", exchange -> {
            heard.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().keySet().toString().toLowerCase(java.util.Locale.ROOT) + " "
                    + exchange.getRequestHeaders().values());
            byte[] answer;
            try {
                answer = http.send(
                                Requests.to(truth.resolve(exchange.getRequestURI()))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body()
                        .getBytes(StandardCharsets.UTF_8);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                answer = new byte[0];
            }
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        stranger.start();
        return stranger;
    }

    @Test
    void aServerThatTakesTlsOnlyIsTrustedByTheCertificateInItsDirectory() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        try (PledgeServer server =
                PledgeServer.start(Running.config(home, "access.authentication: on", "listen.host: 0.0.0.0"))) {
            assertThat(server.administration()).hasScheme("https").hasHost("127.0.0.1");
            assertThat(run(Map.of(), "topic", "list", "--data", home + "/data")).isZero();
        }
    }
}
