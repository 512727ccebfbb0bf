package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageQueue;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.ReceiveMessageRequest;
import io.pledgemq.rpc.v2.ReceiveMessageResponse;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.SendMessageRequest;
import io.pledgemq.rpc.v2.SystemProperties;
import io.pledgemq.server.Heard;
import io.pledgemq.server.Neighbour;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asks for messages and does not read them has few of them kept for him; the others get the rest. */
class UnreadBodiesTest {
    private static final int MESSAGES = 48;
    private static final int BODY_BYTES = 1_000_000;
    private static final int POLLS = 12;
    private static final Resource TOPIC =
            Resource.newBuilder().setName("pictures").build();

    @TempDir
    Path directory;

    /** Reads only what it has asked for. */
    private static final class Lazy extends Heard<ReceiveMessageResponse>
            implements ClientResponseObserver<ReceiveMessageRequest, ReceiveMessageResponse> {
        final CompletableFuture<ClientCallStreamObserver<ReceiveMessageRequest>> call = new CompletableFuture<>();

        @Override
        public void beforeStart(ClientCallStreamObserver<ReceiveMessageRequest> begun) {
            begun.disableAutoRequestWithInitial(1);
            call.complete(begun);
        }

        boolean was(Code code) {
            return said.element().getStatus().getCode() == code;
        }

        long messages() {
            return said.stream().filter(ReceiveMessageResponse::hasMessage).count();
        }
    }

    private static ReceiveMessageRequest poll(int batch, int waitSeconds) {
        return ReceiveMessageRequest.newBuilder()
                .setGroup(Resource.newBuilder().setName("viewers"))
                .setMessageQueue(MessageQueue.newBuilder().setTopic(TOPIC))
                .setBatchSize(batch)
                .setInvisibleDuration(Duration.newBuilder().setSeconds(600))
                .setLongPollingTimeout(Duration.newBuilder().setSeconds(waitSeconds))
                .build();
    }

    private static void fill(Neighbour sender, String album) {
        ByteString body = ByteString.copyFrom(new byte[BODY_BYTES]);
        for (int i = 0; i < MESSAGES; i++) {
            var answer = sender.blocking()
                    .sendMessage(SendMessageRequest.newBuilder()
                            .addMessages(Message.newBuilder()
                                    .setTopic(TOPIC)
                                    .setBody(body)
                                    .setSystemProperties(SystemProperties.newBuilder()
                                            .setMessageId(album + i)
                                            .setMessageType(MessageType.NORMAL)))
                            .build());
            assertThat(answer.getStatus().getCode()).isEqualTo(Code.OK);
        }
    }

    /** Waits until a poll got messages whose bodies take all the room there is, and is not reading them. */
    private static Lazy holdingAll(Neighbour client) throws Exception {
        Lazy poll = new Lazy();
        client.streaming().receiveMessage(poll(4, 20), poll);
        Running.await("it is answered", () -> !poll.said.isEmpty());
        assertThat(poll.was(Code.OK)).isTrue();
        return poll;
    }

    private static Code answerOf(Neighbour client) {
        List<ReceiveMessageResponse> answer = new ArrayList<>();
        client.blocking().receiveMessage(poll(1, 20)).forEachRemaining(answer::add);
        return answer.get(0).getStatus().getCode();
    }

    private PledgeServer start(String roomOfAll) throws IOException {
        return PledgeServer.start(Running.config(
                directory,
                "  - name: pictures",
                "delivery.long-poll-min: 0s",
                "limits.unread-bodies: 4MiB",
                "limits.unread-bodies-of-all: " + roomOfAll));
    }

    /** Makes the group, which begins with what is sent from now on. */
    private static void begin(Neighbour client) {
        client.blocking().receiveMessage(poll(1, 0)).forEachRemaining(nothing -> {});
    }

    @Test
    void whoHangsUpMakesRoomHoweverItDoes() throws Exception {
        try (PledgeServer server = start("4MiB");
                Neighbour lazy = new Neighbour(server.port());
                Neighbour reader = new Neighbour(server.port())) {
            begin(reader);
            fill(reader, "first-");
            Lazy cancelled = holdingAll(lazy);
            assertThat(answerOf(reader)).isEqualTo(Code.TOO_MANY_REQUESTS);
            cancelled.call.join().cancel("enough", null);
            Running.await("the cancelled poll made room", () -> answerOf(reader) == Code.OK);

            try (Neighbour gone = new Neighbour(server.port())) {
                holdingAll(gone);
                assertThat(answerOf(reader)).isEqualTo(Code.TOO_MANY_REQUESTS);
            }
            Running.await("the closed connection made room", () -> answerOf(reader) == Code.OK);
        }
    }

    @Test
    void whoDoesNotReadGetsNoMoreAndTheOthersGetTheRest() throws Exception {
        try (PledgeServer server = start("64MiB");
                Neighbour sender = new Neighbour(server.port());
                Neighbour lazy = new Neighbour(server.port());
                Neighbour reader = new Neighbour(server.port())) {
            begin(reader);
            fill(sender, "first-");
            List<Lazy> polls = IntStream.range(0, POLLS)
                    .mapToObj(i -> {
                        Lazy poll = new Lazy();
                        lazy.streaming().receiveMessage(poll(32, 20), poll);
                        return poll;
                    })
                    .toList();
            Running.await("all are answered", () -> polls.stream().noneMatch(poll -> poll.said.isEmpty()));
            assertThat(polls).filteredOn(poll -> poll.was(Code.OK)).hasSize(1);
            assertThat(polls)
                    .filteredOn(poll -> poll.was(Code.TOO_MANY_REQUESTS))
                    .hasSize(POLLS - 1)
                    .allSatisfy(
                            poll -> assertThat(poll.said.element().getStatus().getMessage())
                                    .contains("limits.unread-bodies=4194304"));

            List<Message> others = new ArrayList<>();
            for (int poll = 0; poll < MESSAGES && others.size() < MESSAGES - 4; poll++) {
                reader.blocking().receiveMessage(poll(3, 20)).forEachRemaining(answer -> {
                    if (answer.hasMessage()) {
                        others.add(answer.getMessage());
                    }
                });
            }
            assertThat(others).hasSize(MESSAGES - 4).allSatisfy(message -> assertThat(
                            message.getSystemProperties().getDeliveryAttempt())
                    .isEqualTo(1));

            Lazy served =
                    polls.stream().filter(poll -> poll.was(Code.OK)).findFirst().orElseThrow();
            served.call.join().request(100);
            Running.await("it reads in the end", () -> !served.end.isEmpty());
            assertThat(served.messages()).isEqualTo(4);
            fill(sender, "second-");
            Lazy next = new Lazy();
            lazy.streaming().receiveMessage(poll(2, 20), next);
            next.call.join().request(100);
            Running.await("what was read makes room", () -> !next.end.isEmpty());
            assertThat(next.messages()).isEqualTo(2);
        }
    }
}
