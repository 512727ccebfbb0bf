package io.pledgemq.server.net;

import com.google.protobuf.ByteString;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.SendMessageRequest;
import io.pledgemq.server.Neighbour;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.RawHttp2;
import io.pledgemq.server.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A server, a client that behaves, and any number of connections that do not. */
abstract class HostileClients {
    @TempDir
    Path directory;

    private @Nullable PledgeServer server;
    private @Nullable Neighbour neighbour;
    private final List<RawHttp2> connections = new ArrayList<>();

    PledgeServer server() {
        return Objects.requireNonNull(server);
    }

    Neighbour neighbour() {
        return Objects.requireNonNull(neighbour);
    }

    /** Starts the server, with the client that behaves as the first one connected. */
    void start(String... yaml) throws IOException {
        startWithoutCalls(yaml);
        neighbour().isServed();
    }

    void startWithoutCalls(String... yaml) throws IOException {
        server = PledgeServer.start(Running.config(directory, yaml));
        neighbour = new Neighbour(server().port());
    }

    /** A connection that says nothing yet. */
    RawHttp2 silent() throws IOException {
        return remembered(RawHttp2.silent(server().port()));
    }

    /** A connection over which HTTP/2 has begun. */
    RawHttp2 established() throws IOException {
        return remembered(RawHttp2.established(server().port()));
    }

    private RawHttp2 remembered(RawHttp2 connection) {
        connections.add(connection);
        return connection;
    }

    /** A message to send. */
    static SendMessageRequest message(int bodyBytes) {
        return SendMessageRequest.newBuilder()
                .addMessages(Message.newBuilder()
                        .setTopic(Resource.newBuilder().setName("orders"))
                        .setBody(ByteString.copyFrom(new byte[bodyBytes])))
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        for (RawHttp2 connection : connections) {
            connection.close();
        }
        if (neighbour != null) {
            neighbour.close();
        }
        if (server != null) {
            server.close();
        }
    }
}
