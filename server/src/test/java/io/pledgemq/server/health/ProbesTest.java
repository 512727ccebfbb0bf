package io.pledgemq.server.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.pledgemq.engine.command.ProgressListener;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Requests;
import io.pledgemq.server.Running;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.config.TlsConfig;
import io.pledgemq.server.net.Connections;
import io.pledgemq.server.net.Listener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What supervisors and load balancers see. */
class ProbesTest {
    private static final Listener.Address LOOPBACK = new Listener.Address(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), true, null, TlsConfig.ClientCertificate.OFF);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    private static HttpResponse<String> get(int port, String path) throws Exception {
        return HTTP.send(Requests.to("http://127.0.0.1:" + port + path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return new ObjectMapper().readTree(answer.body());
    }

    private static HealthGrpc.HealthBlockingStub grpc(int port) {
        return GrpcClients.builder("gproto+http://127.0.0.1:" + port)
                .responseTimeout(Duration.ofSeconds(60))
                .build(HealthGrpc.HealthBlockingStub.class);
    }

    private static ServingStatus check(int port) {
        return grpc(port).check(HealthCheckRequest.getDefaultInstance()).getStatus();
    }

    @Test
    void readinessFollowsThePhasesAndTellsHowFarRecoveryIs() throws Exception {
        Lifecycle lifecycle = new Lifecycle();
        RecoveryProgress recovery = new RecoveryProgress();
        Health health = new Health(lifecycle, recovery);
        AtomicBoolean diskFull = new AtomicBoolean();
        try (Listener front = Listener.open(
                LOOPBACK,
                new Connections(ServerConfig.defaults().limits(), Set.of()),
                List.of(new Probes(health)),
                Duration.ofSeconds(5))) {
            int port = front.port();
            recovery.progress(ProgressListener.Phase.REPLAY, 25, 100);
            assertThat(get(port, "/livez").statusCode()).isEqualTo(200);
            HttpResponse<String> recovering = get(port, "/readyz");
            assertThat(recovering.statusCode()).isEqualTo(503);
            assertThat(json(recovering).at("/phase").asText()).isEqualTo("recovering");
            assertThat(json(recovering).at("/recovery/phase").asText()).isEqualTo("replay");
            assertThat(json(recovering).at("/recovery/percent").asInt()).isEqualTo(25);
            assertThat(check(port)).isEqualTo(ServingStatus.NOT_SERVING);

            health.watchDisk(diskFull::get);
            lifecycle.enter(Lifecycle.Phase.READY);
            assertThat(get(port, "/readyz").statusCode()).isEqualTo(200);
            assertThat(check(port)).isEqualTo(ServingStatus.SERVING);

            diskFull.set(true);
            HttpResponse<String> full = get(port, "/readyz");
            assertThat(full.statusCode()).isEqualTo(200);
            assertThat(json(full).at("/newMessages").asText()).contains("disk is full");

            lifecycle.enter(Lifecycle.Phase.DRAINING);
            HttpResponse<String> draining = get(port, "/readyz");
            assertThat(draining.statusCode()).isEqualTo(503);
            assertThat(json(draining).at("/phase").asText()).isEqualTo("draining");
            assertThat(get(port, "/livez").statusCode()).isEqualTo(200);
            assertThat(check(port)).isEqualTo(ServingStatus.NOT_SERVING);
        }
    }

    @Test
    void watchersAreToldOfEveryChangeAndDoNotHoldUpTheEnd() throws Exception {
        Lifecycle lifecycle = new Lifecycle();
        Health health = new Health(lifecycle, new RecoveryProgress());
        try (Listener front = Listener.open(
                LOOPBACK,
                new Connections(ServerConfig.defaults().limits(), Set.of()),
                List.of(new Probes(health)),
                Duration.ofSeconds(30))) {
            Iterator<HealthCheckResponse> seen = grpc(front.port()).watch(HealthCheckRequest.getDefaultInstance());
            assertThat(seen.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
            CompletableFuture<List<ServingStatus>> rest = CompletableFuture.supplyAsync(() -> {
                List<ServingStatus> all = new ArrayList<>();
                seen.forEachRemaining(answer -> all.add(answer.getStatus()));
                return all;
            });
            lifecycle.enter(Lifecycle.Phase.READY);
            lifecycle.enter(Lifecycle.Phase.DRAINING);
            assertThat(rest.get(30, TimeUnit.SECONDS))
                    .containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING);
        }
    }

    @Test
    void onlyServicesThatAreThereAreKnown() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            HealthCheckRequest messaging = HealthCheckRequest.newBuilder()
                    .setService("apache.rocketmq.v2.MessagingService")
                    .build();
            assertThat(grpc(server.port()).check(messaging).getStatus()).isEqualTo(ServingStatus.SERVING);
            HealthCheckRequest stranger =
                    HealthCheckRequest.newBuilder().setService("other").build();
            assertThatThrownBy(() -> grpc(server.port()).check(stranger))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("NOT_FOUND");
        }
    }

    @Test
    void aSeparateAddressOfAdministrationHasTheProbesForItself() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory, "admin.port: 0"))) {
            assertThat(server.adminPort()).isNotEqualTo(server.port());
            assertThat(get(server.adminPort(), "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(server.port(), "/readyz").statusCode()).isEqualTo(404);
            assertThat(get(server.port(), "/metrics").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void probesCanBeTurnedOff() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory, "health: off", "metrics: off"))) {
            assertThat(get(server.port(), "/readyz").statusCode()).isEqualTo(404);
            assertThat(get(server.port(), "/metrics").statusCode()).isEqualTo(404);
        }
    }
}
