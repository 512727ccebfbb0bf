package io.pledgemq.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.MessageQueue;
import io.pledgemq.rpc.v2.Publishing;
import io.pledgemq.rpc.v2.ReceiveMessageRequest;
import io.pledgemq.rpc.v2.ReceiveMessageResponse;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.rpc.v2.TelemetryCommand;
import io.pledgemq.rpc.v2.ThreadStackTrace;
import io.pledgemq.server.Heard;
import io.pledgemq.server.RawHttp2;
import io.pledgemq.server.Running;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every limit holds, and whoever is connected beside the one that meets it notices nothing. */
class LimitsTest extends HostileClients {
    private static final int SOON_MS = 10_000;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;

    @Test
    void connectionsOverThoseOfAnAddressAreRefused() throws Exception {
        start("limits.connections-per-address: 3");
        RawHttp2 second = established();
        RawHttp2 third = established();

        assertThat(silent().closedWithin(SOON_MS)).isTrue();

        assertThat(server().connections().refused()).isEqualTo(1);
        assertThat(second.readFor(200)).isNotEmpty();
        neighbour().isServed();
        third.close();
        Running.await("the place is free again", () -> server().connections().count() == 2);
        assertThat(established().closedWithin(200)).isFalse();
    }

    @Test
    void connectionsOverThoseOfAllAreRefused() throws Exception {
        start("limits.connections: 2");
        established();

        assertThat(silent().closedWithin(SOON_MS)).isTrue();

        assertThat(server().connections().refused()).isEqualTo(1);
        neighbour().isServed();
    }

    @Test
    void handshakesThatDoNotEndAreCutOff() throws Exception {
        start("limits.handshake-timeout: 300ms");
        RawHttp2 silent = silent();
        RawHttp2 halfTls = silent();
        halfTls.raw(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01});
        RawHttp2 halfPreface = silent();
        halfPreface.raw("PRI * HTT".getBytes(StandardCharsets.US_ASCII));
        RawHttp2 slowHeaders = silent();
        slowHeaders.raw("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ".getBytes(StandardCharsets.US_ASCII));
        RawHttp2 finished = established();

        for (RawHttp2 client : List.of(silent, halfTls, halfPreface, slowHeaders)) {
            assertThat(client.closedWithin(SOON_MS)).isTrue();
        }

        assertThat(server().connections().lateHandshakes()).isEqualTo(4);
        assertThat(finished.closedWithin(500)).isFalse();
        neighbour().isServed();
    }

    @Test
    void idleConnectionsAreClosedButThoseThatPingOrHoldAStreamAreNot() throws Exception {
        start("limits.idle-timeout: 1500ms");
        Heard<TelemetryCommand> telemetry = new Heard<>();
        StreamObserver<TelemetryCommand> toServer = neighbour().streaming().telemetry(telemetry);
        toServer.onNext(settings());
        Running.await("settings are answered", () -> telemetry.said.size() == 1);
        RawHttp2 pinging = established();
        RawHttp2 idle = established();

        long end = System.nanoTime() + 4_000_000_000L;
        while (System.nanoTime() < end) {
            pinging.send(RawHttp2.PING, 0, 0, new byte[8]);
            assertThat(pinging.readFor(300)).isNotEmpty();
        }

        assertThat(idle.closedWithin(SOON_MS)).isTrue();
        assertThat(telemetry.end).isEmpty();
        toServer.onNext(settings());
        Running.await("the stream still carries", () -> telemetry.said.size() == 2);
    }

    @Test
    void streamsOverThoseOfAConnectionAreRefused() throws Exception {
        start("limits.streams-per-connection: 10");
        RawHttp2 greedy = established();
        for (int i = 0; i < 13; i++) {
            greedy.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1 + 2 * i, RawHttp2.call("SendMessage", Map.of()));
        }

        List<RawHttp2.Frame> answers = greedy.readFor(1_000);

        assertThat(answers)
                .filteredOn(frame ->
                        frame.type() == RawHttp2.RST_STREAM && frame.payload().byteAt(3) == REFUSED_STREAM)
                .hasSize(3);
        neighbour().isServed();
    }

    @Test
    void headersOverTheirBoundAreRefused() throws Exception {
        start("limits.header-list: 16KiB");
        RawHttp2 verbose = established();
        byte[] headers =
                RawHttp2.call("SendMessage", Map.of("x-long", "a".repeat(15_000), "x-more", "b".repeat(2_000)));
        verbose.send(RawHttp2.HEADERS, 0, 1, java.util.Arrays.copyOf(headers, 16_000));
        verbose.send(
                RawHttp2.CONTINUATION,
                RawHttp2.END_HEADERS,
                1,
                java.util.Arrays.copyOfRange(headers, 16_000, headers.length));

        assertThat(verbose.readFor(1_000))
                .anyMatch(frame -> frame.type() == RawHttp2.GOAWAY
                        || frame.type() == RawHttp2.RST_STREAM
                        || (frame.type() == RawHttp2.HEADERS && frame.stream() == 1));
        assertThat(verbose.readFor(200)).noneMatch(frame -> frame.type() == RawHttp2.DATA);
        neighbour().isServed();
    }

    @Test
    void floodOfResetStreamsEndsTheConnection() throws Exception {
        start();
        RawHttp2 flood = established();

        boolean closed = flooded(flood, i -> {
            flood.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1 + 2 * i, RawHttp2.call("QueryRoute", Map.of()));
            flood.send(RawHttp2.RST_STREAM, 0, 1 + 2 * i, new byte[] {0, 0, 0, 8});
        });

        assertThat(closed).isTrue();
        neighbour().isServed();
    }

    @Test
    void floodOfHeaderContinuationsEndsTheConnection() throws Exception {
        start();
        RawHttp2 flood = established();
        flood.send(RawHttp2.HEADERS, 0, 1, new byte[0]);

        boolean closed = flooded(flood, i -> flood.send(RawHttp2.CONTINUATION, 0, 1, new byte[0]));

        assertThat(closed).isTrue();
        neighbour().isServed();
    }

    private interface Burst {
        void send(int i) throws IOException;
    }

    /** Whether the server ends the connection because of at most a thousand of them. */
    private static boolean flooded(RawHttp2 flood, Burst burst) throws IOException {
        try {
            for (int i = 0; i < 1_000; i++) {
                burst.send(i);
            }
        } catch (IOException e) {
            return true;
        }
        return flood.readFor(5_000).stream()
                        .anyMatch(frame -> frame.type() == RawHttp2.GOAWAY
                                && frame.payload().byteAt(7) == ENHANCE_YOUR_CALM)
                || flood.closedWithin(SOON_MS);
    }

    @Test
    void messageOverItsBoundIsRefused() throws Exception {
        start();

        assertThatThrownBy(() -> neighbour().blocking().sendMessage(message(3 << 20)))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        neighbour().isServed();
    }

    @Test
    void packedMessageIsBoundedByItsUnpackedSize() throws Exception {
        start();

        assertThatThrownBy(() -> neighbour().gzipped().sendMessage(message(100 << 20)))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        neighbour().isServed();
    }

    @Test
    void longStreamMayCarryMoreThanAnyMessage() throws Exception {
        start();
        Heard<TelemetryCommand> telemetry = new Heard<>();
        StreamObserver<TelemetryCommand> toServer = neighbour().streaming().telemetry(telemetry);
        TelemetryCommand report = TelemetryCommand.newBuilder()
                .setThreadStackTrace(
                        ThreadStackTrace.newBuilder().setNonce("n").setThreadStackTrace("x".repeat(512 << 10)))
                .build();

        toServer.onNext(settings());
        for (int i = 0; i < 60; i++) {
            toServer.onNext(report);
        }
        toServer.onNext(settings());

        Running.await("30 MiB later settings are answered", () -> telemetry.said.size() == 2);
        assertThat(telemetry.end).isEmpty();
        assertThat(server().connections().partialBytes()).isZero();
    }

    @Test
    void strangersAreAnsweredBeforeAnythingOfTheirRequestIsTaken() throws Exception {
        startWithoutCalls("access.authentication: on");
        RawHttp2 stranger = established();
        stranger.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.call("SendMessage", Map.of()));

        List<RawHttp2.Frame> answer = stranger.readFor(2_000);

        assertThat(answer).anyMatch(frame -> frame.type() == RawHttp2.DATA && frame.stream() == 1);
        assertThat(answer)
                .anyMatch(frame -> frame.stream() == 1
                        && (frame.flags() & RawHttp2.END_STREAM) != 0
                        && frame.type() == RawHttp2.HEADERS);
    }

    private static TelemetryCommand settings() {
        return TelemetryCommand.newBuilder()
                .setSettings(Settings.newBuilder()
                        .setClientType(ClientType.PRODUCER)
                        .setPublishing(Publishing.newBuilder()
                                .addTopics(Resource.newBuilder().setName("orders"))))
                .build();
    }

    @Test
    void receiversOverThoseThatMayWaitForAGroupAreToldSo() throws Exception {
        start("delivery.waiting-per-group: 1");
        Heard<ReceiveMessageResponse> told = new Heard<>();
        ReceiveMessageRequest poll = ReceiveMessageRequest.newBuilder()
                .setGroup(Resource.newBuilder().setName("warehouse"))
                .setMessageQueue(
                        MessageQueue.newBuilder().setTopic(Resource.newBuilder().setName("orders")))
                .setBatchSize(1)
                .setInvisibleDuration(com.google.protobuf.Duration.newBuilder().setSeconds(10))
                .setLongPollingTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(15))
                .build();
        for (int i = 0; i < 2; i++) {
            neighbour().streaming().receiveMessage(poll, told);
        }
        Running.await(
                "one of the two is refused", () -> told.said.stream().anyMatch(ReceiveMessageResponse::hasStatus));
        assertThat(told.said)
                .filteredOn(ReceiveMessageResponse::hasStatus)
                .singleElement()
                .satisfies(answer -> {
                    assertThat(answer.getStatus().getCode()).isEqualTo(Code.TOO_MANY_REQUESTS);
                    assertThat(answer.getStatus().getMessage()).contains("delivery.waiting-per-group=1");
                });
        neighbour().isServed();
    }
}
