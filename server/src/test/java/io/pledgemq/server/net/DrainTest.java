package io.pledgemq.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.grpc.stub.StreamObserver;
import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.MessageQueue;
import io.pledgemq.rpc.v2.ReceiveMessageRequest;
import io.pledgemq.rpc.v2.ReceiveMessageResponse;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.rpc.v2.Subscription;
import io.pledgemq.rpc.v2.TelemetryCommand;
import io.pledgemq.server.Heard;
import io.pledgemq.server.Neighbour;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.RawHttp2;
import io.pledgemq.server.Requests;
import io.pledgemq.server.Running;
import io.pledgemq.server.Sockets;
import io.pledgemq.server.health.Lifecycle.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainTest {
    private static final long SOON_MS = 15_000;
    /** A call whose message does not come: it holds up a stop. */
    private static final String HEALTH = "/grpc.health.v1.Health/Check";

    @TempDir
    Path directory;

    @Test
    void waitingPollsAreAnsweredEmptyAndStreamsEndWellBeforeTheTimeLimit() throws Exception {
        PledgeServer server = PledgeServer.start(Running.config(directory, "shutdown.drain-timeout: 60s"));
        try (Neighbour client = new Neighbour(server.port())) {
            assertThat(server.lifecycle().now().phase()).isEqualTo(Phase.READY);
            Heard<TelemetryCommand> commands = new Heard<>();
            StreamObserver<TelemetryCommand> toServer = client.streaming().telemetry(commands);
            toServer.onNext(
                    TelemetryCommand.newBuilder().setSettings(consumer()).build());
            Running.await("settings are answered", () -> commands.said.size() == 1);
            Heard<ReceiveMessageResponse> poll = new Heard<>();
            client.streaming().receiveMessage(poll(), poll);
            client.isServed();

            long before = System.nanoTime();
            server.close();
            long tookMs = (System.nanoTime() - before) / 1_000_000;

            assertThat(tookMs).isLessThan(SOON_MS);
            Running.await("the poll has ended", () -> !poll.end.isEmpty());
            assertThat(poll.end).isEqualTo("completed");
            assertThat(poll.said.element().getStatus().getCode()).isEqualTo(Code.MESSAGE_NOT_FOUND);
            Running.await("the stream has ended", () -> !commands.end.isEmpty());
            assertThat(commands.end).isEqualTo("completed");
            assertThat(commands.said).anyMatch(TelemetryCommand::hasReconnectEndpointsCommand);
            assertThat(server.lifecycle().now().phase()).isEqualTo(Phase.STOPPED);
        }
    }

    @Test
    void newConnectionsAreRefusedAtOnceWhileOpenOnesFinish() throws Exception {
        PledgeServer server = PledgeServer.start(Running.config(directory, "shutdown.drain-timeout: 60s"));
        try (RawHttp2 busy = RawHttp2.established(server.port())) {
            busy.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.callTo(HEALTH, Map.of()));
            busy.send(RawHttp2.PING, 0, 0, new byte[8]);
            assertThat(busy.readFor(1_000)).isNotEmpty();
            int port = server.port();
            Thread closing = new Thread(() -> closed(server));
            closing.start();

            Running.await("nobody listens any more", () -> refused(port));

            assertThat(server.lifecycle().now().phase()).isEqualTo(Phase.DRAINING);
            busy.send(RawHttp2.PING, 0, 0, new byte[8]);
            List<RawHttp2.Frame> heard = busy.readFor(1_000);
            assertThat(heard).anyMatch(frame -> frame.type() == RawHttp2.GOAWAY);
            assertThat(heard).anyMatch(frame -> frame.type() == RawHttp2.PING && frame.flags() == RawHttp2.ACK);
            busy.send(RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});
            closing.join(30_000);
            assertThat(closing.isAlive()).isFalse();
            assertThat(server.lifecycle().now().phase()).isEqualTo(Phase.STOPPED);
        }
    }

    @Test
    void anAdminPortOfItsOwnSaysUntilTheEndThatTheServerDrains() throws Exception {
        PledgeServer server =
                PledgeServer.start(Running.config(directory, "shutdown.drain-timeout: 60s", "admin.port: 0"));
        try (RawHttp2 busy = RawHttp2.established(server.port())) {
            busy.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.callTo(HEALTH, Map.of()));
            busy.send(RawHttp2.PING, 0, 0, new byte[8]);
            assertThat(busy.readFor(1_000)).isNotEmpty();
            int port = server.port();
            HttpRequest ready = Requests.to("http://127.0.0.1:" + server.adminPort() + "/readyz")
                    .build();
            Thread closing = new Thread(() -> closed(server));
            closing.start();
            Running.await("nobody listens any more", () -> refused(port));

            HttpResponse<String> answer = HttpClient.newHttpClient().send(ready, HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).containsIgnoringCase("draining");
            busy.send(RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});
            closing.join(30_000);
            assertThat(closing.isAlive()).isFalse();
        }
    }

    @Test
    void requestsInProgressFinishAndStreamsOfUnknownClientsDoNotHoldThemUp() throws Exception {
        PledgeServer server = PledgeServer.start(Running.config(directory, "shutdown.drain-timeout: 60s"));
        try (RawHttp2 slow = RawHttp2.established(server.port());
                RawHttp2 mute = RawHttp2.established(server.port())) {
            slow.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.callTo(HEALTH, Map.of()));
            slow.send(RawHttp2.PING, 0, 0, new byte[8]);
            slow.await(RawHttp2.PING, 1);
            mute.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.call("Telemetry", Map.of()));
            mute.send(RawHttp2.PING, 0, 0, new byte[8]);
            mute.await(RawHttp2.PING, 1);
            Thread closing = new Thread(() -> closed(server));
            closing.start();

            slow.await(RawHttp2.GOAWAY, 1);
            mute.await(RawHttp2.HEADERS, 1);
            // Longer than it took when nothing was waited for.
            closing.join(2_000);
            assertThat(closing.isAlive()).isTrue();
            slow.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, new byte[5]);
            slow.await(RawHttp2.DATA, 1);

            closing.join(SOON_MS);
            assertThat(closing.isAlive()).isFalse();
        }
    }

    private static void closed(PledgeServer server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean refused(int port) {
        try (Socket socket = Sockets.open(port)) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Settings consumer() {
        return Settings.newBuilder()
                .setClientType(ClientType.SIMPLE_CONSUMER)
                .setSubscription(
                        Subscription.newBuilder().setGroup(Resource.newBuilder().setName("g")))
                .build();
    }

    private static ReceiveMessageRequest poll() {
        return ReceiveMessageRequest.newBuilder()
                .setGroup(Resource.newBuilder().setName("g"))
                .setMessageQueue(
                        MessageQueue.newBuilder().setTopic(Resource.newBuilder().setName("orders")))
                .setBatchSize(1)
                .setInvisibleDuration(Duration.newBuilder().setSeconds(30))
                .setLongPollingTimeout(Duration.newBuilder().setSeconds(19))
                .build();
    }
}
