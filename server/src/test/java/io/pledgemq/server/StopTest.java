package io.pledgemq.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.Publishing;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.rpc.v2.TelemetryCommand;
import io.pledgemq.server.health.Lifecycle.Phase;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop goes on, whatever a client or a part of the server does. */
class StopTest {
    private static final int CONNECTIONS = 8;
    private static final int STREAMS = 100;
    private static final long STOP_SECONDS = 60;

    @TempDir
    Path directory;

    @Test
    void everyPartIsClosedWhateverGoesWrongWithOthers() {
        List<String> closed = new ArrayList<>();
        Deque<Closeable> opened = new ArrayDeque<>();
        opened.push(() -> closed.add("first"));
        opened.push(() -> {
            throw new IOException("the disk");
        });
        opened.push(() -> {
            throw new IllegalStateException("a bug");
        });
        opened.push(() -> {
            throw new AssertionError("a broken invariant");
        });
        opened.push(() -> closed.add("last"));

        assertThat(PledgeServer.closeAll(opened)).containsInstanceOf(AssertionError.class);

        assertThat(closed).containsExactly("last", "first");
        assertThat(opened).isEmpty();
    }

    @RepeatedTest(4)
    void clientsThatLeaveAtTheStopDoNotDisturbIt() throws Exception {
        PledgeServer server = PledgeServer.start(Running.config(
                directory,
                "shutdown.drain-timeout: 20s",
                "limits.connections-per-address: 100",
                "limits.streams-per-connection: 1000"));
        List<RawHttp2> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(connected(server.port(), i));
        }

        CompletableFuture<Void> leaving = CompletableFuture.runAsync(() -> clients.forEach(client -> {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(300));
            close(client::close);
        }));
        CompletableFuture<Void> stopping = CompletableFuture.runAsync(() -> close(server::close));

        CompletableFuture.allOf(leaving, stopping).get(STOP_SECONDS, TimeUnit.SECONDS);
        assertThat(server.lifecycle().now().phase()).isEqualTo(Phase.STOPPED);
        // The engine was closed: its directory is free.
        PledgeServer.start(Running.config(directory)).close();
    }

    private static void close(Closeable one) {
        try {
            one.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection with many telemetry streams, each of a client of its own whose settings are answered. */
    private static RawHttp2 connected(int port, int number) throws IOException {
        RawHttp2 connection = RawHttp2.established(port);
        byte[] settings = message(TelemetryCommand.newBuilder()
                .setSettings(Settings.newBuilder()
                        .setClientType(ClientType.PRODUCER)
                        .setPublishing(Publishing.newBuilder()
                                .addTopics(Resource.newBuilder().setName("orders"))))
                .build());
        for (int i = 0; i < STREAMS; i++) {
            int stream = 1 + 2 * i;
            byte[] call = RawHttp2.call("Telemetry", Map.of("x-mq-client-id", "client-" + number + "-" + i));
            connection.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, call);
            connection.send(RawHttp2.DATA, 0, stream, settings);
        }
        connection.await(RawHttp2.DATA, STREAMS);
        return connection;
    }

    private static byte[] message(TelemetryCommand command) {
        byte[] bytes = command.toByteArray();
        return ByteBuffer.allocate(5 + bytes.length)
                .put((byte) 0)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }
}
