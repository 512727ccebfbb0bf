package io.pledgemq.faults.raw;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.rpc.v2.AckMessageResponse;
import io.pledgemq.rpc.v2.ChangeInvisibleDurationRequest;
import io.pledgemq.rpc.v2.ChangeInvisibleDurationResponse;
import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.DigestType;
import io.pledgemq.rpc.v2.Encoding;
import io.pledgemq.rpc.v2.FilterExpression;
import io.pledgemq.rpc.v2.FilterType;
import io.pledgemq.rpc.v2.ForwardMessageToDeadLetterQueueRequest;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.ReceiveMessageRequest;
import io.pledgemq.rpc.v2.ReceiveMessageResponse;
import io.pledgemq.rpc.v2.Status;
import io.pledgemq.rpc.v2.SystemProperties;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Polls, acknowledgements and what ends a delivery otherwise. */
@ExtendWith(WithBroker.class)
@Execution(ExecutionMode.CONCURRENT)
class DeliveriesIT {
    /** A message with every field that a sender can fill. */
    static Message full(String topic, MessageType type) {
        return Wire.message(topic, type)
                .setBody(ByteString.copyFrom(new byte[] {31, (byte) 139, 0, 1, 2}))
                .putUserProperties("p", "v")
                .setSystemProperties(Wire.system(type)
                        .setTag("tag")
                        .addKeys("k1")
                        .addKeys("k2")
                        .setBodyEncoding(Encoding.GZIP)
                        .setBornTimestamp(
                                Timestamp.newBuilder().setSeconds(1_700_000_000).setNanos(5_000_000))
                        .setBornHost("host-1")
                        .setTraceContext("00-abc-def-01"))
                .build();
    }

    static void assertSame(Message got, Message sent) throws Exception {
        SystemProperties system = got.getSystemProperties();
        SystemProperties wanted = sent.getSystemProperties();
        assertThat(got.getTopic()).isEqualTo(sent.getTopic());
        // Compressed bodies stay as they came, and the digest is that of the bytes.
        assertThat(got.getBody()).isEqualTo(sent.getBody());
        assertThat(system.getBodyEncoding()).isEqualTo(wanted.getBodyEncoding());
        assertThat(system.getBodyDigest().getType()).isEqualTo(DigestType.MD5);
        assertThat(system.getBodyDigest().getChecksum())
                .isEqualTo(HexFormat.of()
                        .withUpperCase()
                        .formatHex(MessageDigest.getInstance("MD5")
                                .digest(sent.getBody().toByteArray())));
        assertThat(got.getUserPropertiesMap()).isEqualTo(sent.getUserPropertiesMap());
        assertThat(system.getMessageId()).isEqualTo(wanted.getMessageId());
        assertThat(system.getTag()).isEqualTo(wanted.getTag());
        assertThat(system.getKeysList()).isEqualTo(wanted.getKeysList());
        assertThat(system.getBornTimestamp()).isEqualTo(wanted.getBornTimestamp());
        assertThat(system.getBornHost()).isEqualTo(wanted.getBornHost());
        assertThat(system.getTraceContext()).isEqualTo(wanted.getTraceContext());
        assertThat(system.getDeliveryAttempt()).isEqualTo(1);
        assertThat(system.getStoreHost()).isNotEmpty();
        assertThat(system.getStoreTimestamp().getSeconds())
                .isBetween(System.currentTimeMillis() / 1000 - 60, System.currentTimeMillis() / 1000 + 1);
    }

    private static Message sentAndReceived(Wire wire, String group, String topic) {
        wire.receive(
                wire.poll(group, topic).setLongPollingTimeout(Wire.seconds(0)).build());
        wire.send(Wire.message(topic, MessageType.NORMAL).build());
        return wire.receiveOne(group, topic);
    }

    @Test
    void aPollIsStatusThenMessagesThenTime(Broker broker) throws Exception {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        wire.receive(
                wire.poll(group, topic).setLongPollingTimeout(Wire.seconds(0)).build());
        Message sent = full(topic, MessageType.NORMAL);
        wire.send(sent);
        List<ReceiveMessageResponse> frames = wire.receive(
                wire.poll(group, topic).setLongPollingTimeout(Wire.seconds(10)).build());
        assertThat(frames)
                .extracting(ReceiveMessageResponse::getContentCase)
                .containsExactly(
                        ReceiveMessageResponse.ContentCase.STATUS,
                        ReceiveMessageResponse.ContentCase.MESSAGE,
                        ReceiveMessageResponse.ContentCase.DELIVERY_TIMESTAMP);
        assertThat(Wire.status(frames).getCode()).isEqualTo(Code.OK);
        Message got = Wire.messages(frames).get(0);
        assertSame(got, sent);
        assertThat(got.getSystemProperties().getReceiptHandle()).isNotEmpty();
        assertThat(got.getSystemProperties().getMessageType()).isEqualTo(MessageType.NORMAL);
    }

    @Test
    void anEmptyPollSaysMessageNotFoundBeforeTheDeadline(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        long start = System.nanoTime();
        List<ReceiveMessageResponse> frames =
                wire.receive(wire.poll(broker.group(GroupKind.FRESH), broker.topic(Kind.NORMAL))
                        .build());
        assertThat(Wire.status(frames).getCode()).isEqualTo(Code.MESSAGE_NOT_FOUND);
        assertThat(frames.get(frames.size() - 1).hasDeliveryTimestamp()).isTrue();
        assertThat(System.nanoTime() - start).isGreaterThan(1_900_000_000L);
    }

    @Test
    void anIllegalPollGetsItsCode(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        assertThat(code(wire, wire.poll("a.b", topic))).isEqualTo(Code.ILLEGAL_CONSUMER_GROUP);
        assertThat(code(wire, wire.poll("", topic))).isEqualTo(Code.ILLEGAL_CONSUMER_GROUP);
        assertThat(code(wire, wire.poll("g".repeat(121), topic))).isEqualTo(Code.ILLEGAL_CONSUMER_GROUP);
        assertThat(code(wire, wire.poll(group, "a b"))).isEqualTo(Code.ILLEGAL_TOPIC);
        assertThat(code(wire, wire.poll(group, "not-there"))).isEqualTo(Code.TOPIC_NOT_FOUND);
        assertThat(code(wire, wire.poll(group, topic).setBatchSize(0))).isEqualTo(Code.BAD_REQUEST);
        for (long seconds : new long[] {-1, 0, 13 * 3600}) {
            assertThat(code(wire, wire.poll(group, topic).setInvisibleDuration(Wire.seconds(seconds))))
                    .isEqualTo(Code.ILLEGAL_INVISIBLE_TIME);
        }
        for (String sql : new String[] {"a >", "a = 'x", "a BETWEEN 1", "drop table x"}) {
            assertThat(code(
                            wire,
                            wire.poll(group, topic)
                                    .setFilterExpression(FilterExpression.newBuilder()
                                            .setType(FilterType.SQL)
                                            .setExpression(sql))))
                    .as(sql)
                    .isEqualTo(Code.ILLEGAL_FILTER_EXPRESSION);
        }
    }

    /** A bound and what is over it are told in the unit in which they are compared, in RocketMQ's words. */
    @Test
    void anInvisibleDurationOverItsBoundIsNotToldAsTheBound(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        var longest = Wire.seconds(12 * 3600).toBuilder();
        assertThat(code(
                        wire,
                        wire.poll(group, topic)
                                .setLongPollingTimeout(Wire.seconds(0))
                                .setInvisibleDuration(longest.setNanos(999_999))))
                .isEqualTo(Code.MESSAGE_NOT_FOUND);
        ReceiveMessageRequest.Builder tooLong =
                wire.poll(group, topic).setInvisibleDuration(longest.setNanos(1_000_000));
        assertThat(Wire.status(wire.receive(tooLong.build())).getMessage())
                .contains("the invisibleTime is too large. max is 43200000 ms", "it is 43200001 ms");
        ReceiveMessageRequest.Builder tooShort = wire.poll(group, topic)
                .setInvisibleDuration(com.google.protobuf.Duration.newBuilder().setNanos(999_000_000));
        assertThat(Wire.status(wire.receive(tooShort.build())).getMessage())
                .contains("the invisibleTime is too small. min is 1000 ms", "it is 999 ms");
        ReceiveMessageRequest.Builder beyond = wire.poll(group, topic)
                .setInvisibleDuration(Wire.seconds(Long.MAX_VALUE).toBuilder().setNanos(Integer.MAX_VALUE));
        assertThat(code(wire, beyond)).isEqualTo(Code.ILLEGAL_INVISIBLE_TIME);
    }

    @Test
    void emptyAlternativesOfATagExpressionDoNotCount(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        ReceiveMessageRequest.Builder poll = wire.poll(group, topic)
                .setFilterExpression(
                        FilterExpression.newBuilder().setType(FilterType.TAG).setExpression("|| red||||blue ||"));
        wire.receive(poll.setLongPollingTimeout(Wire.seconds(0)).build());
        for (String tag : new String[] {"green", "blue"}) {
            wire.send(Wire.message(topic, MessageType.NORMAL)
                    .setSystemProperties(Wire.system(MessageType.NORMAL).setTag(tag))
                    .build());
        }
        assertThat(Wire.messages(wire.receive(
                        poll.setLongPollingTimeout(Wire.seconds(20)).build())))
                .singleElement()
                .satisfies(got -> assertThat(got.getSystemProperties().getTag()).isEqualTo("blue"));
    }

    private static Code code(Wire wire, ReceiveMessageRequest.Builder poll) {
        return Wire.status(wire.receive(poll.build())).getCode();
    }

    @Test
    void aHandleIsGoodForOneDeliveryOfItsOwnGroupAndTopic(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        String handle =
                sentAndReceived(wire, group, topic).getSystemProperties().getReceiptHandle();
        assertThat(wire.ack(broker.group(GroupKind.FRESH), topic, handle)
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.INVALID_RECEIPT_HANDLE);
        assertThat(wire.ack(group, broker.topic(Kind.NORMAL), handle)
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.INVALID_RECEIPT_HANDLE);
        for (String wrong : new String[] {"", "x", handle + "x", "\u0000"}) {
            assertThat(wire.ack(group, topic, wrong).getStatus().getCode()).isEqualTo(Code.INVALID_RECEIPT_HANDLE);
        }
        AckMessageResponse mixed = wire.ack(group, topic, handle, "wrong");
        assertThat(mixed.getStatus().getCode()).isEqualTo(Code.MULTIPLE_RESULTS);
        assertThat(mixed.getEntriesList())
                .extracting(entry -> entry.getStatus().getCode())
                .containsExactly(Code.OK, Code.INVALID_RECEIPT_HANDLE);
        assertThat(wire.ack(group, topic, handle).getStatus().getCode()).isEqualTo(Code.INVALID_RECEIPT_HANDLE);
    }

    @Test
    void aChangeAnswersAHandleAlsoWhenItIsRefused(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        String handle =
                sentAndReceived(wire, group, topic).getSystemProperties().getReceiptHandle();
        ChangeInvisibleDurationRequest.Builder change = ChangeInvisibleDurationRequest.newBuilder()
                .setGroup(Wire.name(group))
                .setTopic(Wire.name(topic))
                .setReceiptHandle(handle)
                .setInvisibleDuration(Wire.seconds(20));
        ChangeInvisibleDurationResponse changed = wire.call().changeInvisibleDuration(change.build());
        assertThat(changed.getStatus().getCode()).isEqualTo(Code.OK);
        String renewed = changed.getReceiptHandle();
        assertThat(renewed).isNotEmpty();
        ChangeInvisibleDurationResponse refused = wire.call()
                .changeInvisibleDuration(change.clone()
                        .setInvisibleDuration(Wire.seconds(13 * 3600))
                        .build());
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.ILLEGAL_INVISIBLE_TIME);
        assertThat(refused.getReceiptHandle()).isNotEmpty();
        // Node keeps its first handle, Java takes the new one: both must settle.
        assertThat(wire.call()
                        .changeInvisibleDuration(
                                change.clone().setReceiptHandle(renewed).build())
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.OK);
        assertThat(wire.ack(group, topic, handle).getStatus().getCode()).isEqualTo(Code.OK);
        ChangeInvisibleDurationResponse over = wire.call().changeInvisibleDuration(change.build());
        assertThat(over.getStatus().getCode()).isEqualTo(Code.INVALID_RECEIPT_HANDLE);
        assertThat(over.getReceiptHandle()).isNotEmpty();
    }

    /** Clients repeat it until it is answered OK. */
    @Test
    void givingUpIsOkHoweverOftenItIsSaid(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        Message got = sentAndReceived(wire, group, topic);
        ForwardMessageToDeadLetterQueueRequest request = ForwardMessageToDeadLetterQueueRequest.newBuilder()
                .setGroup(Wire.name(group))
                .setTopic(Wire.name(topic))
                .setMessageId(got.getSystemProperties().getMessageId())
                .setReceiptHandle(got.getSystemProperties().getReceiptHandle())
                .setDeliveryAttempt(17)
                .setMaxDeliveryAttempts(17)
                .build();
        for (int i = 0; i < 3; i++) {
            Status status = wire.call().forwardMessageToDeadLetterQueue(request).getStatus();
            assertThat(status.getCode()).as(status.getMessage()).isEqualTo(Code.OK);
        }
        Message dead = wire.receiveOne(broker.group(GroupKind.FRESH), "%DLQ%" + group);
        assertThat(dead.getSystemProperties().getDeadLetterQueue().getTopic()).isEqualTo(topic);
        assertThat(dead.getSystemProperties().getDeadLetterQueue().getMessageId())
                .isEqualTo(got.getSystemProperties().getMessageId());
    }

    /** A client repeats the id of a poll whose answer it never got. */
    @Test
    void aRepeatedAttemptGetsTheLostOrderedMessageAgain(Broker broker) throws Exception {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.FIFO);
        String group = broker.group(GroupKind.FRESH);
        try (TelemetryStream stream = new TelemetryStream(wire)) {
            stream.agree(TelemetryStream.consumer(ClientType.PUSH_CONSUMER, group));
            ReceiveMessageRequest push = wire.poll(group, topic)
                    .clearInvisibleDuration()
                    .setAutoRenew(true)
                    .setAttemptId("attempt-1")
                    .build();
            wire.receive(push);
            wire.send(Wire.message(topic, MessageType.FIFO)
                    .setSystemProperties(Wire.system(MessageType.FIFO).setMessageGroup("g"))
                    .build());
            List<Message> lost = Wire.messages(wire.receive(push));
            List<Message> again = Wire.messages(wire.receive(push));
            assertThat(lost).hasSize(1);
            assertThat(again).hasSize(1);
            assertThat(again.get(0).getSystemProperties().getMessageId())
                    .isEqualTo(lost.get(0).getSystemProperties().getMessageId());
            assertThat(again.get(0).getSystemProperties().getDeliveryAttempt()).isEqualTo(1);
        }
    }
}
