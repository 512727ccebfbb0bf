package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.pledgemq.rpc.v2.AckMessageEntry;
import io.pledgemq.rpc.v2.AckMessageRequest;
import io.pledgemq.rpc.v2.ChangeInvisibleDurationRequest;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageQueue;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.ReceiveMessageRequest;
import io.pledgemq.rpc.v2.ReceiveMessageResponse;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.SendMessageRequest;
import io.pledgemq.rpc.v2.Status;
import io.pledgemq.rpc.v2.SystemProperties;
import io.pledgemq.server.Neighbour;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Running;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where PledgeMQ differs from RocketMQ on purpose, and the setting that makes it do as RocketMQ does. */
class CompatibilityTest {
    private static final long DAY_SECONDS = 86_400;
    private static final Resource GROUP = name("warehouse");

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();

    enum Way {
        PLEDGEMQ,
        ROCKETMQ;

        boolean own() {
            return this == PLEDGEMQ;
        }
    }

    private Neighbour start(Way way) throws Exception {
        PledgeServer server = PledgeServer.start(Running.config(
                directory,
                "  - {name: normal, type: normal}",
                "  - {name: delay, type: delay}",
                "  - {name: fifo, type: fifo}",
                "delivery.invisible-min: 1s",
                "compatibility: " + way.name().toLowerCase(java.util.Locale.ROOT)));
        open.add(server);
        Neighbour client = new Neighbour(server.port());
        open.add(client);
        return client;
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private static Resource name(String name) {
        return Resource.newBuilder().setName(name).build();
    }

    private static Message.Builder message(String topic, UnaryOperator<SystemProperties.Builder> system) {
        return Message.newBuilder()
                .setTopic(name(topic))
                .setBody(ByteString.copyFromUtf8("body"))
                .setSystemProperties(system.apply(SystemProperties.newBuilder()
                        .setMessageType(MessageType.NORMAL)
                        .setMessageId(UUID.randomUUID().toString())));
    }

    private static Message.Builder message() {
        return message("normal", system -> system);
    }

    private static Status send(Neighbour client, Message.Builder message) {
        return client.blocking()
                .sendMessage(
                        SendMessageRequest.newBuilder().addMessages(message).build())
                .getStatus();
    }

    private static List<Message> receive(Neighbour client, String topic, int waitSeconds) {
        List<Message> messages = new ArrayList<>();
        client.blocking()
                .receiveMessage(ReceiveMessageRequest.newBuilder()
                        .setGroup(GROUP)
                        .setMessageQueue(MessageQueue.newBuilder().setTopic(name(topic)))
                        .setBatchSize(16)
                        .setInvisibleDuration(Duration.newBuilder().setSeconds(30))
                        .setLongPollingTimeout(Duration.newBuilder().setSeconds(waitSeconds))
                        .build())
                .forEachRemaining(frame -> {
                    if (frame.getContentCase() == ReceiveMessageResponse.ContentCase.MESSAGE) {
                        messages.add(frame.getMessage());
                    }
                });
        return messages;
    }

    private static Message delayed(long seconds) {
        long at = System.currentTimeMillis() / 1000 + seconds;
        return message("delay", system -> system.setMessageType(MessageType.DELAY)
                        .setDeliveryTimestamp(Timestamp.newBuilder().setSeconds(at)))
                .build();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void delaysReachToFortyDaysOrToOne(Way way) throws Exception {
        Neighbour client = start(way);
        long longest = way.own() ? 40 : 1;

        assertThat(send(client, delayed(longest * DAY_SECONDS - 60).toBuilder()).getCode())
                .isEqualTo(Code.OK);
        Status refused = send(client, delayed(longest * DAY_SECONDS + 60).toBuilder());

        assertThat(refused.getCode()).isEqualTo(Code.ILLEGAL_DELIVERY_TIME);
        assertThat(refused.getMessage())
                .startsWith(
                        "the max delay time of message is too large, max is " + longest * DAY_SECONDS * 1000 + " ms");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void propertiesHaveAllTheirBytesCounted(Way way) throws Exception {
        Neighbour client = start(way);
        int most = way.own() ? 32 << 10 : 16 << 10;
        // Three bytes for each of these characters, one of UTF-16.
        int rest = most - "p".length() - "tag".length() - "key".length() - 9_000;
        Message full = message("normal", system -> system.setTag("tag").addKeys("key"))
                .putUserProperties("p", "\u8ba2".repeat(3_000) + "v".repeat(rest))
                .build();

        assertThat(send(client, full.toBuilder()).getCode()).isEqualTo(Code.OK);
        SystemProperties longerKey = full.getSystemProperties().toBuilder()
                .setKeys(0, "keys")
                .setMessageId(UUID.randomUUID().toString())
                .build();
        Status refused = send(client, full.toBuilder().setSystemProperties(longerKey));

        assertThat(refused.getCode()).isEqualTo(Code.MESSAGE_PROPERTIES_TOO_LARGE);
        assertThat(refused.getMessage())
                .startsWith("the total size of user property is too large, max is " + most)
                .contains("limits.properties-size", "have " + (most + 1));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void namesThatBeginWithAPercentSignAreRefusedOrComeAsTheyWere(Way way) throws Exception {
        Neighbour client = start(way);
        receive(client, "normal", 0);
        Message sent = message()
                .putUserProperties("%BORN", "1")
                .putUserProperties("%%x", "2")
                .putUserProperties("", "3")
                .build();

        Status status = send(client, sent.toBuilder());

        if (way.own()) {
            assertThat(status.getCode()).isEqualTo(Code.ILLEGAL_MESSAGE_PROPERTY_KEY);
            return;
        }
        assertThat(status.getCode()).as(status.getMessage()).isEqualTo(Code.OK);
        Message got = receive(client, "normal", 20).get(0);
        assertThat(got.getUserPropertiesMap()).isEqualTo(sent.getUserPropertiesMap());
        assertThat(got.getSystemProperties().getBornTimestamp().getSeconds()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anAcknowledgementAfterItsLeaseIsTakenOrNot(Way way) throws Exception {
        Neighbour client = start(way);
        receive(client, "normal", 0);
        send(client, message());
        String handle =
                receive(client, "normal", 20).get(0).getSystemProperties().getReceiptHandle();
        ChangeInvisibleDurationRequest soonOver = ChangeInvisibleDurationRequest.newBuilder()
                .setGroup(GROUP)
                .setTopic(name("normal"))
                .setReceiptHandle(handle)
                .setInvisibleDuration(Duration.newBuilder().setNanos(1_000_000))
                .build();
        Running.await(
                "the lease is over",
                () -> client.blocking()
                                .changeInvisibleDuration(soonOver)
                                .getStatus()
                                .getCode()
                        == Code.INVALID_RECEIPT_HANDLE);

        Status status = client.blocking()
                .ackMessage(AckMessageRequest.newBuilder()
                        .setGroup(GROUP)
                        .setTopic(name("normal"))
                        .addEntries(AckMessageEntry.newBuilder().setReceiptHandle(handle))
                        .build())
                .getEntries(0)
                .getStatus();

        assertThat(status.getCode()).isEqualTo(way.own() ? Code.OK : Code.INVALID_RECEIPT_HANDLE);
        assertThat(status.getMessage()).contains(way.own() ? "OK" : "receipt handle is expired");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anAcknowledgementWithinItsLeaseSettles(Way way) throws Exception {
        Neighbour client = start(way);
        receive(client, "normal", 0);
        send(client, message());
        Message got = receive(client, "normal", 20).get(0);
        AckMessageRequest ack = AckMessageRequest.newBuilder()
                .setGroup(GROUP)
                .setTopic(name("normal"))
                .addEntries(AckMessageEntry.newBuilder()
                        .setReceiptHandle(got.getSystemProperties().getReceiptHandle()))
                .build();

        assertThat(client.blocking().ackMessage(ack).getStatus().getCode()).isEqualTo(Code.OK);
        assertThat(client.blocking().ackMessage(ack).getStatus().getCode()).isEqualTo(Code.INVALID_RECEIPT_HANDLE);
    }

    private static void sendInOrder(Neighbour client, String... bodies) {
        for (String body : bodies) {
            Message.Builder message = message("fifo", system -> system.setMessageType(MessageType.FIFO)
                            .setMessageGroup("g"))
                    .setBody(ByteString.copyFromUtf8(body));
            assertThat(send(client, message).getCode()).isEqualTo(Code.OK);
        }
    }

    private static Code ack(Neighbour client, List<Message> messages) {
        AckMessageRequest.Builder ack =
                AckMessageRequest.newBuilder().setGroup(GROUP).setTopic(name("fifo"));
        messages.forEach(message -> ack.addEntries(AckMessageEntry.newBuilder()
                .setReceiptHandle(message.getSystemProperties().getReceiptHandle())));
        return client.blocking().ackMessage(ack.build()).getStatus().getCode();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aReceiveHoldsOneMessageOfAMessageGroupOrAllThatAreThere(Way way) throws Exception {
        Neighbour client = start(way);
        receive(client, "fifo", 0);
        sendInOrder(client, "1", "2", "3");
        List<String> got = new ArrayList<>();

        List<Message> first = receive(client, "fifo", 20);
        sendInOrder(client, "4", "5");

        assertThat(first).hasSize(way.own() ? 1 : 3);
        assertThat(receive(client, "fifo", 0)).isEmpty();
        for (List<Message> next = first; !next.isEmpty(); next = receive(client, "fifo", got.size() < 5 ? 20 : 0)) {
            next.forEach(message -> got.add(message.getBody().toStringUtf8()));
            assertThat(ack(client, next)).isEqualTo(Code.OK);
            assertThat(next).hasSizeLessThanOrEqualTo(way.own() ? 1 : 3);
        }
        assertThat(got).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void aTagIsNeverLongerThanAnExpressionThatAsksForIt() throws Exception {
        Neighbour client = start(Way.PLEDGEMQ);
        int most = 4 << 10;

        assertThat(send(client, message("normal", system -> system.setTag("t".repeat(most))))
                        .getCode())
                .isEqualTo(Code.OK);
        Status refused = send(client, message("normal", system -> system.setTag("t".repeat(most + 1))));

        assertThat(refused.getCode()).isEqualTo(Code.ILLEGAL_MESSAGE_TAG);
        assertThat(refused.getMessage()).contains("limits.tag", "4096");
    }
}
