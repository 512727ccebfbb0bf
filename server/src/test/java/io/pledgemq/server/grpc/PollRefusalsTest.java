package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.grpc.StatusRuntimeException;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.MessageQueue;
import io.pledgemq.rpc.v2.MessagingServiceGrpc.MessagingServiceBlockingStub;
import io.pledgemq.rpc.v2.ReceiveMessageRequest;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.Status;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Running;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Polls that are refused for what they lack. */
class PollRefusalsTest {
    @TempDir
    Path directory;

    private static ReceiveMessageRequest.Builder poll() {
        return ReceiveMessageRequest.newBuilder()
                .setGroup(Resource.newBuilder().setName("warehouse"))
                .setMessageQueue(
                        MessageQueue.newBuilder().setTopic(Resource.newBuilder().setName("orders")))
                .setBatchSize(1)
                .setInvisibleDuration(Duration.newBuilder().setSeconds(60))
                .setLongPollingTimeout(Duration.getDefaultInstance());
    }

    private static MessagingServiceBlockingStub client(PledgeServer server, String header, String value) {
        return GrpcClients.builder("gproto+http://127.0.0.1:" + server.port())
                .responseTimeout(java.time.Duration.ZERO)
                .setHeader(header, value)
                .build(MessagingServiceBlockingStub.class);
    }

    private static Status status(MessagingServiceBlockingStub client, ReceiveMessageRequest.Builder poll) {
        return client.receiveMessage(poll.build()).next().getStatus();
    }

    @Test
    void aPushConsumerWithoutAClientIdIsToldSo() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            Status status = status(client(server, "x-mq-language", "JAVA"), poll().setAutoRenew(true));

            assertThat(status.getCode()).isEqualTo(Code.CLIENT_ID_REQUIRED);
            assertThat(status.getMessage()).contains("x-mq-client-id");
        }
    }

    @Test
    void aGroupThatNobodyMadeIsToldSoWhereGroupsAreNotMadeByTheirFirstUse() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory, "new-groups.create: off"))) {
            Status status = status(client(server, "x-mq-client-id", "c"), poll());

            assertThat(status.getCode()).isEqualTo(Code.CONSUMER_GROUP_NOT_FOUND);
            assertThat(status.getMessage()).contains("warehouse");
        }
    }

    @Test
    void aCallWhoseDeadlineIsTooNearForAnAnswerIsToldSo() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            MessagingServiceBlockingStub hasty = client(server, "grpc-timeout", "90m");
            // Where a machine is so slow that the deadline passes first, that is the answer; then it is asked again.
            Running.await("it is refused before its deadline", () -> {
                try {
                    return status(hasty, poll()).getCode() == Code.ILLEGAL_POLLING_TIME;
                } catch (StatusRuntimeException e) {
                    assertThat(e.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.DEADLINE_EXCEEDED);
                    return false;
                }
            });
        }
    }
}
