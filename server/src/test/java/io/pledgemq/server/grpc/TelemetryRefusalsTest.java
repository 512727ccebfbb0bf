package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Publishing;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.rpc.v2.Subscription;
import io.pledgemq.rpc.v2.TelemetryCommand;
import io.pledgemq.server.Heard;
import io.pledgemq.server.Neighbour;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Running;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A telemetry stream that cannot be served ends, and its end tells the protocol's code. */
class TelemetryRefusalsTest {
    private static final Subscription OF_A_GROUP = Subscription.newBuilder()
            .setGroup(Resource.newBuilder().setName("warehouse"))
            .build();

    @TempDir
    Path directory;

    @Test
    void theEndOfTheStreamTellsTheCode() throws Exception {
        Map<Settings, Code> refused = Map.of(
                Settings.newBuilder()
                        .setClientType(ClientType.PULL_CONSUMER)
                        .setSubscription(OF_A_GROUP)
                        .build(),
                Code.UNRECOGNIZED_CLIENT_TYPE,
                Settings.newBuilder().setClientType(ClientType.PRODUCER).build(),
                Code.BAD_REQUEST,
                Settings.newBuilder()
                        .setClientType(ClientType.PRODUCER)
                        .setPublishing(Publishing.newBuilder()
                                .addTopics(Resource.newBuilder().setName("a.b")))
                        .build(),
                Code.ILLEGAL_TOPIC);
        try (PledgeServer server = PledgeServer.start(Running.config(directory));
                Neighbour client = new Neighbour(server.port())) {
            for (Map.Entry<Settings, Code> entry : refused.entrySet()) {
                Heard<TelemetryCommand> heard = new Heard<>();
                StreamObserver<TelemetryCommand> toServer = client.streaming().telemetry(heard);
                toServer.onNext(TelemetryCommand.newBuilder()
                        .setSettings(entry.getKey())
                        .build());
                Running.await("the stream ends", () -> !heard.end.isEmpty());
                assertThat(heard.end)
                        .contains("INVALID_ARGUMENT: " + entry.getValue().getNumber() + " ");
                assertThat(heard.said).isEmpty();
            }
        }
    }
}
