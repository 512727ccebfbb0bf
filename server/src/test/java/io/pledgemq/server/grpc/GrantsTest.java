package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.grpc.GrpcClientBuilder;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.grpc.stub.StreamObserver;
import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Encoding;
import io.pledgemq.rpc.v2.EndTransactionRequest;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.MessagingServiceGrpc.MessagingServiceBlockingStub;
import io.pledgemq.rpc.v2.MessagingServiceGrpc.MessagingServiceStub;
import io.pledgemq.rpc.v2.Publishing;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.SendMessageRequest;
import io.pledgemq.rpc.v2.SendMessageResponse;
import io.pledgemq.rpc.v2.SendResultEntry;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.rpc.v2.SystemProperties;
import io.pledgemq.rpc.v2.TelemetryCommand;
import io.pledgemq.rpc.v2.TransactionResolution;
import io.pledgemq.server.Heard;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Running;
import io.pledgemq.server.access.Signatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A grant is for what a call acts on, not for what it names. */
class GrantsTest {
    private static final String SECRET = "a secret of tests";
    private static final String MINE = "orders";
    private static final String OTHER = "returns";
    private static final Duration ANSWER = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final ClientFactory connections = ClientFactory.builder().build();
    private @Nullable PledgeServer server;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(directory.resolve("data"));
        grant(MINE, OTHER);
        server = PledgeServer.start(
                Running.config(directory, "  - name: returns", "    type: transaction", "access.authentication: on"));
    }

    @AfterEach
    void stop() throws IOException {
        connections.close();
        Objects.requireNonNull(server).close();
    }

    /** What the user `sender` may publish to; `neighbour` always may publish to the other topic. */
    private void grant(String... topics) throws IOException {
        Path file = directory.resolve("data/users.yaml");
        Path next = directory.resolve("next.yaml");
        Files.writeString(next, "users:\n" + user("sender", String.join(", ", topics)) + user("neighbour", OTHER));
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String user(String name, String topics) {
        return "  - {name: " + name + ", secret: \"" + SECRET + "\", grants: [{allow: [publish], topics: [" + topics
                + "]}]}\n";
    }

    private GrpcClientBuilder client(String user) {
        String time = Signatures.now();
        return GrpcClients.builder("gproto+http://127.0.0.1:"
                        + Objects.requireNonNull(server).port())
                .factory(connections)
                .responseTimeout(ANSWER)
                .setHeader("x-mq-client-id", user)
                .setHeader("x-mq-date-time", time)
                .setHeader("authorization", Signatures.of(user, SECRET, time));
    }

    private MessagingServiceBlockingStub blocking(String user) {
        return client(user).build(MessagingServiceBlockingStub.class);
    }

    private SendResultEntry prepare(String user, String topic, long checkAfterSeconds) {
        Message half = Message.newBuilder()
                .setTopic(Resource.newBuilder().setName(topic))
                .setBody(ByteString.copyFromUtf8("half"))
                .putUserProperties("pledge-database-id", "one-database")
                .setSystemProperties(SystemProperties.newBuilder()
                        .setMessageId(UUID.randomUUID().toString())
                        .setMessageType(MessageType.TRANSACTION)
                        .setBodyEncoding(Encoding.IDENTITY)
                        .setBornHost("test")
                        .setOrphanedTransactionRecoveryDuration(
                                com.google.protobuf.Duration.newBuilder().setSeconds(checkAfterSeconds)))
                .build();
        SendMessageResponse stored = blocking(user)
                .sendMessage(SendMessageRequest.newBuilder().addMessages(half).build());
        assertThat(stored.getStatus().getCode())
                .as(stored.getStatus().getMessage())
                .isEqualTo(Code.OK);
        return stored.getEntries(0);
    }

    private Code commit(String user, String topic, SendResultEntry half) {
        return blocking(user)
                .endTransaction(EndTransactionRequest.newBuilder()
                        .setTopic(Resource.newBuilder().setName(topic))
                        .setMessageId(half.getMessageId())
                        .setTransactionId(half.getTransactionId())
                        .setResolution(TransactionResolution.COMMIT)
                        .build())
                .getStatus()
                .getCode();
    }

    @Test
    void transactionIsDecidedByTheGrantOnItsOwnTopicOnly() throws Exception {
        SendResultEntry half = prepare("sender", MINE, 3_600);
        assertThat(commit("sender", OTHER, half)).isEqualTo(Code.INVALID_TRANSACTION_ID);

        grant(OTHER);
        Running.await("the grant is gone", () -> commit("sender", MINE, half) == Code.FORBIDDEN);
        assertThat(commit("sender", OTHER, half)).isEqualTo(Code.INVALID_TRANSACTION_ID);

        grant(MINE, OTHER);
        Running.await("the grant is back", () -> commit("sender", MINE, half) == Code.OK);
    }

    @Test
    void nobodyIsAskedAboutATopicHeMayNotPublishTo() throws Exception {
        Heard<TelemetryCommand> asked = new Heard<>();
        StreamObserver<TelemetryCommand> toServer = client("neighbour")
                .responseTimeout(Duration.ZERO)
                .build(MessagingServiceStub.class)
                .telemetry(asked);
        toServer.onNext(TelemetryCommand.newBuilder()
                .setSettings(Settings.newBuilder()
                        .setClientType(ClientType.PRODUCER)
                        .setPublishing(Publishing.newBuilder()
                                .addTopics(Resource.newBuilder().setName(OTHER))))
                .build());
        Running.await("settings are answered", () -> asked.said.size() == 1);
        SendResultEntry later = prepare("neighbour", OTHER, 3);
        SendResultEntry foreign = prepare("sender", MINE, 1);

        Running.await("its own message is asked about", () -> topics(asked).contains(OTHER));

        assertThat(topics(asked)).containsOnly(OTHER);
        assertThat(commit("neighbour", OTHER, later)).isEqualTo(Code.OK);
        assertThat(commit("sender", MINE, foreign)).isEqualTo(Code.OK);
    }

    private static List<String> topics(Heard<TelemetryCommand> asked) {
        return asked.said.stream()
                .filter(TelemetryCommand::hasRecoverOrphanedTransactionCommand)
                .map(command -> command.getRecoverOrphanedTransactionCommand()
                        .getMessage()
                        .getTopic()
                        .getName())
                .toList();
    }
}
