package io.pledgemq.faults.raw;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.SendMessageRequest;
import io.pledgemq.rpc.v2.SendMessageResponse;
import io.pledgemq.rpc.v2.SystemProperties;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a client gets for a message that the official ones would not send. */
@ExtendWith(WithBroker.class)
@Execution(ExecutionMode.CONCURRENT)
class SendingCodesIT {
    private static final int LARGEST = 4 << 20;

    private static UnaryOperator<Message.Builder> system(UnaryOperator<SystemProperties.Builder> change) {
        return message -> {
            return message.setSystemProperties(change.apply(message.getSystemPropertiesBuilder()));
        };
    }

    private static Timestamp inSeconds(long seconds) {
        return Timestamp.newBuilder()
                .setSeconds(System.currentTimeMillis() / 1000 + seconds)
                .build();
    }

    private static Map<UnaryOperator<Message.Builder>, Code> illegal(Broker broker) {
        Map<UnaryOperator<Message.Builder>, Code> cases = new LinkedHashMap<>();
        for (String topic : new String[] {"", "with blank", "a.b", "x".repeat(128), "rmq_sys_x", "\u4e2d"}) {
            cases.put(message -> message.setTopic(Wire.name(topic)), Code.ILLEGAL_TOPIC);
        }
        cases.put(message -> message.setTopic(Wire.name("not-there")), Code.TOPIC_NOT_FOUND);
        for (String tag : new String[] {"", " ", "a|b", "a\nb", "t".repeat(4097), "\u8ba2".repeat(1366)}) {
            cases.put(system(system -> system.setTag(tag)), Code.ILLEGAL_MESSAGE_TAG);
        }
        for (String key : new String[] {"", " ", "a\u0000b"}) {
            cases.put(system(system -> system.addKeys(key)), Code.ILLEGAL_MESSAGE_KEY);
        }
        String fifo = broker.topic(Kind.FIFO);
        for (String group : new String[] {"", " ", "g".repeat(64), "\u8ba2".repeat(22), "a\tb"}) {
            cases.put(
                    message -> system(system ->
                                    system.setMessageType(MessageType.FIFO).setMessageGroup(group))
                            .apply(message)
                            .setTopic(Wire.name(fifo)),
                    Code.ILLEGAL_MESSAGE_GROUP);
        }
        for (String id : new String[] {"", "  "}) {
            cases.put(system(system -> system.setMessageId(id)), Code.ILLEGAL_MESSAGE_ID);
        }
        cases.put(message -> message.putUserProperties("%x", "v"), Code.ILLEGAL_MESSAGE_PROPERTY_KEY);
        cases.put(message -> message.putUserProperties("", "v"), Code.ILLEGAL_MESSAGE_PROPERTY_KEY);
        cases.put(message -> message.putUserProperties("a\u0007", "v"), Code.ILLEGAL_MESSAGE_PROPERTY_KEY);
        // What a filter reads under these names is the system's.
        for (String name : new String[] {"TAGS", "KEYS", "UNIQ_KEY", "TTL", "__BORNHOST", "__SHARDINGKEY"}) {
            cases.put(message -> message.putUserProperties(name, "v"), Code.ILLEGAL_MESSAGE_PROPERTY_KEY);
        }
        cases.put(message -> message.putUserProperties("big", "v".repeat(40_000)), Code.MESSAGE_PROPERTIES_TOO_LARGE);
        cases.put(
                message -> message.putUserProperties("big", "\u8ba2".repeat(11_000)),
                Code.MESSAGE_PROPERTIES_TOO_LARGE);
        cases.put(system(system -> system.addKeys("k".repeat(40_000))), Code.MESSAGE_PROPERTIES_TOO_LARGE);
        cases.put(
                message -> {
                    for (int i = 0; i <= 128; i++) {
                        message.putUserProperties("p" + i, "v");
                    }
                    return message;
                },
                Code.MESSAGE_PROPERTIES_TOO_LARGE);
        cases.put(message -> message.clearBody(), Code.MESSAGE_BODY_EMPTY);
        cases.put(message -> message.setBody(ByteString.copyFrom(new byte[LARGEST + 1])), Code.MESSAGE_BODY_TOO_LARGE);
        String delay = broker.topic(Kind.DELAY);
        cases.put(
                message -> system(system ->
                                system.setMessageType(MessageType.DELAY).setDeliveryTimestamp(inSeconds(41L * 86_400)))
                        .apply(message)
                        .setTopic(Wire.name(delay)),
                Code.ILLEGAL_DELIVERY_TIME);
        cases.put(
                message -> system(system -> system.setMessageType(MessageType.DELAY)
                                .setDeliveryTimestamp(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE)))
                        .apply(message)
                        .setTopic(Wire.name(delay)),
                Code.ILLEGAL_DELIVERY_TIME);
        String transaction = broker.topic(Kind.TRANSACTION);
        cases.put(
                message -> system(system -> system.setMessageType(MessageType.TRANSACTION)
                                .setOrphanedTransactionRecoveryDuration(Wire.seconds(3601)))
                        .apply(message)
                        .setTopic(Wire.name(transaction)),
                Code.BAD_REQUEST);
        for (String topic : new String[] {fifo, delay, transaction}) {
            cases.put(message -> message.setTopic(Wire.name(topic)), Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE);
        }
        for (MessageType type : new MessageType[] {
            MessageType.MESSAGE_TYPE_UNSPECIFIED,
            MessageType.LITE,
            MessageType.PRIORITY,
            MessageType.TRANSACTION,
            MessageType.FIFO,
            MessageType.DELAY
        }) {
            cases.put(system(system -> system.setMessageType(type)), Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE);
        }
        cases.put(
                message -> system(system ->
                                system.setMessageType(MessageType.TRANSACTION).setDeliveryTimestamp(inSeconds(10)))
                        .apply(message)
                        .setTopic(Wire.name(transaction)),
                Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE);
        return cases;
    }

    @Test
    void everyIllegalMessageGetsItsCodeAndAReason(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        SoftAssertions all = new SoftAssertions();
        int[] number = {0};
        illegal(broker).forEach((change, code) -> {
            SendMessageResponse response = wire.send(
                    change.apply(Wire.message(topic, MessageType.NORMAL)).build());
            String which = "case " + ++number[0] + ": " + response.getStatus().getMessage();
            all.assertThat(response.getStatus().getCode()).as(which).isEqualTo(code);
            all.assertThat(response.getStatus().getMessage()).as(which).hasSizeGreaterThan(10);
        });
        all.assertAll();
    }

    /** Users look for RocketMQ's words in their logs. */
    @Test
    void aRefusalHasRocketMqsWordsForIt(Broker broker) {
        Map<UnaryOperator<Message.Builder>, String> words = new LinkedHashMap<>();
        words.put(message -> message.clearBody(), "message body cannot be empty");
        words.put(
                message -> message.setBody(ByteString.copyFrom(new byte[LARGEST + 1])),
                "message body cannot exceed the max 4194304");
        words.put(system(system -> system.setMessageId("")), "message id cannot be empty");
        words.put(system(system -> system.setTag(" ")), "tag cannot be the char sequence of whitespace");
        words.put(system(system -> system.setTag("a|b")), "tag cannot contain '|'");
        words.put(system(system -> system.setTag("a\nb")), "tag cannot contain control character");
        words.put(system(system -> system.addKeys(" ")), "key cannot be the char sequence of whitespace");
        words.put(system(system -> system.addKeys("a\nb")), "key cannot contain control character");
        words.put(message -> message.putUserProperties("TAGS", "v"), "property is used by system: TAGS");
        words.put(
                message -> message.putUserProperties("a\nb", "v"),
                "the key of property cannot contain control character");
        words.put(
                message -> message.putUserProperties("a", "\n"),
                "the value of property cannot contain control character");
        words.put(
                message -> message.putUserProperties("a", "v".repeat(40_000)),
                "the total size of user property is too large, max is 32768");
        words.put(message -> message.setTopic(Wire.name("")), "The specified topic is blank");
        words.put(
                message -> message.setTopic(Wire.name("a.b")), "The specified topic[a.b] contains illegal characters");
        words.put(
                message -> message.setTopic(Wire.name("t".repeat(128))),
                "The specified topic is longer than topic max length");
        words.put(message -> message.setTopic(Wire.name("rmq_sys_x")), "cannot access system topic");
        words.put(message -> message.setTopic(Wire.name("not-there")), "No topic route info");
        words.put(
                message -> message.setTopic(Wire.name(broker.topic(Kind.FIFO))),
                "TopicMessageType validate failed, the expected type is FIFO, but actual type is NORMAL");
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        SoftAssertions all = new SoftAssertions();
        words.forEach((change, said) -> all.assertThat(wire.send(change.apply(Wire.message(topic, MessageType.NORMAL))
                                .build())
                        .getStatus()
                        .getMessage())
                .contains(said));
        all.assertAll();
    }

    @Test
    void nothingOfASendIsStoredIfOneOfItsMessagesIsIllegal(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(io.pledgemq.faults.broker.GroupKind.FRESH);
        wire.receive(
                wire.poll(group, topic).setLongPollingTimeout(Wire.seconds(0)).build());
        SendMessageResponse response = wire.call()
                .sendMessage(SendMessageRequest.newBuilder()
                        .addMessages(Wire.message(topic, MessageType.NORMAL))
                        .addMessages(Wire.message(topic, MessageType.NORMAL).clearBody())
                        .build());
        assertThat(response.getStatus().getCode()).isEqualTo(Code.MESSAGE_BODY_EMPTY);
        assertThat(Wire.messages(wire.receive(wire.poll(group, topic).build()))).isEmpty();
    }

    @Test
    void aSendOfSeveralMessagesAnswersForEach(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.NORMAL);
        SendMessageRequest.Builder request = SendMessageRequest.newBuilder();
        for (int i = 0; i < 3; i++) {
            request.addMessages(Wire.message(topic, MessageType.NORMAL));
        }
        SendMessageResponse response = wire.call().sendMessage(request.build());
        assertThat(response.getStatus().getCode()).isEqualTo(Code.OK);
        assertThat(response.getEntriesList())
                .extracting(entry -> entry.getMessageId())
                .containsExactlyElementsOf(request.getMessagesList().stream()
                        .map(message -> message.getSystemProperties().getMessageId())
                        .toList());
    }

    @Test
    void aSendOfNothingAndADeadLettersTopicAreRefused(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        assertThat(wire.call()
                        .sendMessage(SendMessageRequest.getDefaultInstance())
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.BAD_REQUEST);
        String group = broker.group(io.pledgemq.faults.broker.GroupKind.IMPATIENT);
        assertThat(wire.send(Wire.message("%DLQ%" + group, MessageType.NORMAL).build())
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.FORBIDDEN);
    }

    @Test
    void theSameNameInANamespaceIsAnotherTopic(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        Resource elsewhere = Resource.newBuilder()
                .setResourceNamespace("elsewhere")
                .setName(broker.topic(Kind.NORMAL))
                .build();
        assertThat(wire.send(Wire.message("x", MessageType.NORMAL)
                                .setTopic(elsewhere)
                                .build())
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.TOPIC_NOT_FOUND);
    }
}
