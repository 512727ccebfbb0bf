package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.linecorp.armeria.client.grpc.GrpcClients;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.HeartbeatRequest;
import io.pledgemq.rpc.v2.MessagingServiceGrpc.MessagingServiceBlockingStub;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Requests;
import io.pledgemq.server.Running;
import io.pledgemq.server.access.Signatures;
import io.pledgemq.server.net.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in: whoever has the secret, at once, and no web page. */
class CallersTest {
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int GUESSES = 60;

    @TempDir
    Path directory;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER).build();

    private static HttpRequest get(String host, int port, String path, @Nullable String credential) {
        HttpRequest.Builder request = Requests.to("http://" + HostPort.of(host, port) + path);
        if (credential != null) {
            String basic = Base64.getEncoder().encodeToString(credential.getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + basic);
        }
        return request.build();
    }

    private int status(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    private String audit() {
        Path file = directory.resolve("data/audit/audit.jsonl");
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/v1/topics", "/metrics"})
    void theRightSecretPassesAtOnceWhileOthersGuessFromTheSameAddress(String path) throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            String right =
                    Files.readString(directory.resolve("data/admin.credential")).strip();
            List<CompletableFuture<HttpResponse<Void>>> guesses = new ArrayList<>();
            for (int i = 0; i < GUESSES; i++) {
                guesses.add(http.sendAsync(
                        get("127.0.0.1", server.port(), path, "admin:guess-" + i), BodyHandlers.discarding()));
                assertThat(status(get("127.0.0.1", server.port(), path, right))).isEqualTo(200);
            }

            long before = System.nanoTime();
            assertThat(status(get("127.0.0.1", server.port(), path, "admin:one-more")))
                    .isEqualTo(401);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofSeconds(1));
            for (CompletableFuture<HttpResponse<Void>> guess : guesses) {
                assertThat(guess.get(ANSWER.toSeconds(), TimeUnit.SECONDS).statusCode())
                        .isEqualTo(401);
            }
            Running.await("guesses are audited", () -> audit().contains(path.substring(path.lastIndexOf('/'))));
            assertThat(audit()).contains("\"admin\"", "\"refused\"", "wrong secret");
        }
    }

    @Test
    void theRightSignaturePassesWhileOthersGuessFromTheSameAddress() throws Exception {
        Path users = Files.createDirectories(directory.resolve("data")).resolve("users.yaml");
        Files.writeString(users, "users: [{name: orders, secret: \"a secret of tests\"}]");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        try (PledgeServer server = PledgeServer.start(Running.config(directory, "access.authentication: on"))) {
            List<CompletableFuture<Code>> guesses = new ArrayList<>();
            for (int i = 0; i < GUESSES; i++) {
                int number = i;
                MessagingServiceBlockingStub wrong = signed(server, "guess number " + number);
                guesses.add(CompletableFuture.supplyAsync(() -> heartbeat(wrong)));
                assertThat(heartbeat(signed(server, "a secret of tests"))).isEqualTo(Code.OK);
            }
            for (CompletableFuture<Code> guess : guesses) {
                assertThat(guess.get(2 * GUESSES, TimeUnit.SECONDS)).isEqualTo(Code.UNAUTHORIZED);
            }
        }
    }

    private static MessagingServiceBlockingStub signed(PledgeServer server, String secret) {
        String time = Signatures.now();
        return GrpcClients.builder("gproto+http://127.0.0.1:" + server.port())
                .responseTimeout(ANSWER)
                .setHeader("x-mq-client-id", "client")
                .setHeader("x-mq-date-time", time)
                .setHeader("authorization", Signatures.of("orders", secret, time))
                .build(MessagingServiceBlockingStub.class);
    }

    private static Code heartbeat(MessagingServiceBlockingStub stub) {
        return stub.heartbeat(HeartbeatRequest.getDefaultInstance()).getStatus().getCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "::1"})
    void everyPrintedAddressIsAnswered(String host) throws Exception {
        InetAddress address = InetAddress.getByName(host);
        assumeTrue(host.startsWith("127.") || NetworkInterface.getByInetAddress(address) != null);
        try (PledgeServer server = PledgeServer.start(Running.config(directory, "listen.host: \"" + host + "\""))) {
            String right =
                    Files.readString(directory.resolve("data/admin.credential")).strip();
            assertThat(status(get(host, server.port(), "/metrics", null))).isEqualTo(200);
            assertThat(status(get(host, server.port(), "/admin/v1/topics", right)))
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"origin", "sec-fetch-site"})
    void webPagesMayNotCallByGrpc(String header) throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            var page = GrpcClients.builder("gproto+http://127.0.0.1:" + server.port())
                    .responseTimeout(ANSWER)
                    .setHeader("x-mq-client-id", "page")
                    .setHeader(header, "https://elsewhere.example");
            refused(() -> heartbeat(page.build(MessagingServiceBlockingStub.class)));
            refused(() -> page.build(HealthBlockingStub.class).check(HealthCheckRequest.getDefaultInstance()));
            Running.await("it is audited", () -> audit().contains("(browser)"));
            assertThat(audit()).contains("Heartbeat");
        }
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(e.getStatus().getDescription()).contains("browser");
        });
    }
}
