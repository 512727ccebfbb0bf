package io.pledgemq.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Requests;
import io.pledgemq.server.Running;
import io.pledgemq.server.tls.Certificates;
import io.pledgemq.server.tls.Pem;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody is told: by the alerts, the probes and the metrics of a whole server. */
@Timeout(120)
class AttentionTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    private static String get(PledgeServer server, String path) {
        HttpRequest request = Requests.to(server.administration().resolve(path)).build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .orTimeout(30, TimeUnit.SECONDS)
                .join()
                .body();
    }

    @Test
    void anAuditLogThatCannotBeWrittenIsToldBeforeSomebodyNeedsIt() throws Exception {
        List<JsonNode> posted = new CopyOnWriteArrayList<>();
        HttpServer webhook = webhook(posted);
        Path audit = Files.writeString(directory.resolve("audit"), "a file in the place of the directory");
        try (PledgeServer server = PledgeServer.start(Running.config(
                directory,
                "audit.directory: " + audit,
                "alerts.webhook: http://127.0.0.1:" + webhook.getAddress().getPort() + "/",
                "alerts.server-name: mq-1"))) {
            Running.await("the alert", () -> !posted.isEmpty());
            assertThat(posted.get(0).at("/kind").asText()).isEqualTo("AUDIT_UNAVAILABLE");
            assertThat(posted.get(0).at("/server").asText()).isEqualTo("mq-1");
            assertThat(posted.get(0).at("/text").asText()).contains("administrative changes are refused");
            assertThat(get(server, "/metrics"))
                    .contains("pledgemq_audit_writable 0.0")
                    .contains("pledgemq_needs_attention{what=\"audit-unavailable\"} 1.0")
                    .contains("pledgemq_alerts_total{kind=\"audit_unavailable\"} 1.0");
            JsonNode ready = new ObjectMapper().readTree(get(server, "/readyz"));
            assertThat(ready.at("/ready").asBoolean()).isTrue();
            assertThat(ready.at("/needsAttention").asBoolean()).isTrue();
            assertThat(ready.at("/attention/audit-unavailable").asInt()).isEqualTo(1);

            Files.delete(audit);
            Running.await("the end of it", () -> posted.stream()
                    .anyMatch(told -> told.at("/kind").asText().equals("AUDIT_UNAVAILABLE_OVER")));
            assertThat(get(server, "/metrics")).contains("pledgemq_audit_writable 1.0");
        } finally {
            webhook.stop(0);
        }
        assertThat(audit).isDirectory();
    }

    private static HttpServer webhook(List<JsonNode> posted) throws Exception {
        HttpServer webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            posted.add(new ObjectMapper().readTree(new String(body, StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        webhook.start();
        return webhook;
    }

    @Test
    void aCertificateThatEndsSoonIsToldWhileTheServerRuns() throws Exception {
        Path certificate = directory.resolve("own.crt");
        Path key = directory.resolve("own.key");
        Instant until = Instant.now().plus(Duration.ofDays(5));
        Pem.make("EC", until).write(certificate, key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        try (PledgeServer server = PledgeServer.start(Running.config(
                directory, "tls:\n  mode: files\n  certificate-file: " + certificate + "\n  key-file: " + key))) {
            Running.await("it is told", () -> get(server, "/readyz").contains("\"certificate-ends\":1"));
            assertThat(get(server, "/metrics"))
                    .contains("pledgemq_certificate_expiry_timestamp_seconds{whose=\"the server\"}")
                    .contains("pledgemq_alerts_total{kind=\"certificate_ends\"} 1.0");

            Files.writeString(key, "no key");
            Running.await(
                    "the refused files are told", () -> get(server, "/readyz").contains("\"certificate-refused\":1"));
        }
    }

    @Test
    void certificatesAreToldAtThirtySevenAndOneDay() {
        Instant now = Instant.parse("2026-03-01T00:00:00Z");
        assertThat(List.of(31, 30, 8, 7, 2, 1, 0))
                .extracting(days -> CertificateLevel.of(end(now, days, false), now))
                .containsExactly(
                        CertificateLevel.FINE,
                        CertificateLevel.WITHIN_30_DAYS,
                        CertificateLevel.WITHIN_30_DAYS,
                        CertificateLevel.WITHIN_7_DAYS,
                        CertificateLevel.WITHIN_7_DAYS,
                        CertificateLevel.WITHIN_A_DAY,
                        CertificateLevel.ENDED);
        assertThat(CertificateLevel.of(end(now, 20, true), now))
                .as("the server makes another by itself")
                .isEqualTo(CertificateLevel.FINE);
        assertThat(CertificateLevel.ENDED.text(end(now, 0, false), now)).contains("ended at 2026-03-01");
    }

    private static Certificates.End end(Instant now, int days, boolean renewed) {
        return new Certificates.End("the server", now.plus(Duration.ofDays(days)), renewed);
    }
}
