package io.pledgemq.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.RawHttp2;
import io.pledgemq.server.Running;
import io.pledgemq.server.config.LimitsConfig;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.config.TlsConfig;
import io.pledgemq.server.health.Lifecycle.Phase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever asks by gRPC is answered by gRPC, whatever is wrong and whoever answers. */
class GrpcFormTest {
    private static final String SERVICE = "/apache.rocketmq.v2.MessagingService/";
    private static final String HEALTH = "/grpc.health.v1.Health/Check";
    private static final long ANSWER_SECONDS = 30;
    private static final ClientFactory CONNECTIONS =
            ClientFactory.builder().idleTimeout(Duration.ZERO).build();

    @TempDir
    Path directory;

    @AfterAll
    static void disconnect() {
        CONNECTIONS.close();
    }

    private static WebClient client(int port) {
        return WebClient.builder("h2c://127.0.0.1:" + port)
                .factory(CONNECTIONS)
                .responseTimeout(Duration.ofSeconds(ANSWER_SECONDS))
                .build();
    }

    private static RequestHeaders headers(HttpMethod method, String path, String type) {
        return RequestHeaders.of(method, path, "content-type", type, "te", "trailers");
    }

    private static AggregatedHttpResponse call(int port, RequestHeaders headers, byte... body) {
        return client(port).execute(headers, HttpData.wrap(body)).aggregate().join();
    }

    private static AggregatedHttpResponse post(int port, String path, byte... body) {
        return call(port, headers(HttpMethod.POST, path, "application/grpc"), body);
    }

    private static void told(AggregatedHttpResponse answer, Status.Code code) {
        assertThat(answer.status().code()).isEqualTo(200);
        assertThat(answer.headers().get("content-type")).startsWith("application/grpc");
        assertThat(answer.headers().getInt("grpc-status")).isEqualTo(code.value());
        assertThat(answer.headers().get("grpc-message", ""))
                .doesNotContain("com.", "io.", "java.")
                .matches("([!-$&-~]+( [!-$&-~]+)*)?");
        assertThat(answer.content().isEmpty()).isTrue();
    }

    /** A frame of gRPC: a flag, a length, and what follows. */
    private static byte[] frame(int flag, int length, int following) {
        byte[] bytes = new byte[5 + following];
        bytes[0] = (byte) flag;
        bytes[1] = (byte) (length >>> 24);
        bytes[2] = (byte) (length >>> 16);
        bytes[3] = (byte) (length >>> 8);
        bytes[4] = (byte) length;
        java.util.Arrays.fill(bytes, 5, bytes.length, (byte) 1);
        return bytes;
    }

    @Test
    void whatIsWrongWithACallIsToldInTheFormOfCalls() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            int port = server.port();
            for (String path : List.of(SERVICE + "Nope", "/a.B/c", "/admin/v1/topics", "/", "/metrics", "/readyz")) {
                told(post(port, path), Status.Code.UNIMPLEMENTED);
            }
            told(
                    call(port, headers(HttpMethod.GET, SERVICE + "SendMessage", "application/grpc")),
                    Status.Code.UNIMPLEMENTED);
            told(
                    call(port, headers(HttpMethod.POST, SERVICE + "SendMessage", "application/grpc+json")),
                    Status.Code.UNIMPLEMENTED);
            for (String method : List.of("SendMessage", "ReceiveMessage", "Telemetry")) {
                told(post(port, SERVICE + method, frame(0, 0x7f000000, 9)), Status.Code.RESOURCE_EXHAUSTED);
            }
            told(post(port, SERVICE + "SendMessage", frame(0, 4 << 20, 4 << 20)), Status.Code.RESOURCE_EXHAUSTED);
            told(post(port, SERVICE + "SendMessage", frame(0, 1, 1)), Status.Code.INTERNAL);
            told(post(port, SERVICE + "SendMessage", frame(1, 1, 1)), Status.Code.INTERNAL);
            told(post(port, SERVICE + "SendMessage", frame(0, 9, 1)), Status.Code.UNKNOWN);
        }
    }

    @Test
    void whoeverDoesNotAskByGrpcGetsTextAsBefore() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            AggregatedHttpResponse answer =
                    call(server.port(), RequestHeaders.of(HttpMethod.GET, "/none", "accept", "text/plain"));
            assertThat(answer.status().code()).isEqualTo(404);
            assertThat(answer.headers().get("content-type")).startsWith("text/plain");
        }
    }

    /**
     * One call is open, one arrives in the drain and one shortly before its end, from a client that goes nowhere else.
     */
    @Test
    void callsInAServerThatGoesDownAreUnavailable() throws Exception {
        PledgeServer server = PledgeServer.start(Running.config(directory, "shutdown.drain-timeout: 1500ms"));
        try (RawHttp2 client = RawHttp2.established(server.port())) {
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.callTo(HEALTH, Map.of()));
            client.send(RawHttp2.PING, 0, 0, new byte[8]);
            client.await(RawHttp2.PING, 1);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> close(server));
            client.await(RawHttp2.GOAWAY, 1);
            assertThat(server.lifecycle().now().phase()).isEqualTo(Phase.DRAINING);
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 3, RawHttp2.call("Telemetry", Map.of()));
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 5, RawHttp2.callTo(HEALTH, Map.of()));

            List<RawHttp2.Frame> answers = client.readFor(10_000);

            DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder();
            Map<Integer, Http2Headers> ends = new HashMap<>();
            for (RawHttp2.Frame answer : answers) {
                if (answer.type() == RawHttp2.HEADERS) {
                    ByteBuf block = Unpooled.wrappedBuffer(answer.payload().asReadOnlyByteBuffer());
                    ends.put(answer.stream(), headers.decodeHeaders(answer.stream(), block));
                }
            }
            assertThat(ends).containsOnlyKeys(1, 3, 5).allSatisfy((stream, end) -> {
                assertThat(end.get("content-type")).asString().startsWith("application/grpc");
                assertThat(end.get("grpc-status")).hasToString("14");
            });
            closing.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void close(PledgeServer server) {
        try {
            server.close();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void callsOfAServerThatStartsAreUnavailable() throws Exception {
        ServerConfig config = Running.config(directory);
        LimitsConfig limits = config.limits();
        Listener.Address address = new Listener.Address(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                true,
                null,
                TlsConfig.ClientCertificate.OFF);
        try (Listener front =
                Listener.open(address, new Connections(limits, Set.of()), List.of(), Duration.ofSeconds(1))) {
            told(post(front.port(), SERVICE + "SendMessage"), Status.Code.UNAVAILABLE);
            assertThat(call(front.port(), RequestHeaders.of(HttpMethod.GET, "/"))
                            .status()
                            .code())
                    .isEqualTo(503);
        }
    }
}
