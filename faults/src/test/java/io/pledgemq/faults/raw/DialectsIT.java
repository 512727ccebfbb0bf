package io.pledgemq.faults.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import io.grpc.StatusRuntimeException;
import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.rpc.v2.ChangeInvisibleDurationRequest;
import io.pledgemq.rpc.v2.ClientType;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Endpoints;
import io.pledgemq.rpc.v2.FilterExpression;
import io.pledgemq.rpc.v2.FilterType;
import io.pledgemq.rpc.v2.HeartbeatRequest;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageQueue;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.NotifyClientTerminationRequest;
import io.pledgemq.rpc.v2.Permission;
import io.pledgemq.rpc.v2.PullMessageRequest;
import io.pledgemq.rpc.v2.QueryAssignmentRequest;
import io.pledgemq.rpc.v2.QueryAssignmentResponse;
import io.pledgemq.rpc.v2.QueryRouteRequest;
import io.pledgemq.rpc.v2.QueryRouteResponse;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.RetryPolicy;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.rpc.v2.SubscriptionEntry;
import io.pledgemq.rpc.v2.SyncLiteSubscriptionRequest;
import io.pledgemq.rpc.v2.TelemetryCommand;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What clients of other languages do differently. */
@ExtendWith(WithBroker.class)
@Execution(ExecutionMode.CONCURRENT)
class DialectsIT {
    private static Wire client(Broker broker, String language, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("x-mq-client-id", language + "@" + UUID.randomUUID());
        headers.put("x-mq-language", language);
        return new Wire(broker.endpoint(), headers);
    }

    private static void assertProducer(Settings settings) {
        assertThat(settings.getPublishing().getMaxBodySize()).isEqualTo(4 << 20);
        assertThat(settings.getPublishing().getValidateMessageType()).isTrue();
        assertThat(settings.getBackoffPolicy().getStrategyCase())
                .isEqualTo(RetryPolicy.StrategyCase.EXPONENTIAL_BACKOFF);
        assertThat(settings.getBackoffPolicy().getMaxAttempts()).isPositive();
        assertThat(settings.getMetric().getOn()).isFalse();
    }

    @Test
    void cppOpensTelemetryBeforeItAsksForAnyRoute(Broker broker) throws Exception {
        Wire cpp = client(broker, "CPP", Map.of("x-mq-protocol-version", "v2"));
        String topic = broker.topic(Kind.NORMAL);
        try (TelemetryStream stream = new TelemetryStream(cpp)) {
            Settings settings = stream.agree(TelemetryStream.producer(topic));
            assertProducer(settings);
            assertThat(settings.getPublishing().getTopics(0)).isEqualTo(Wire.name(topic));
            assertThat(cpp.send(Wire.message(topic, MessageType.NORMAL).build())
                            .getStatus()
                            .getCode())
                    .isEqualTo(Code.OK);
        }
    }

    @Test
    void aProducerWithoutTopicsIsAnsweredAndEverySynchronisationIs(Broker broker) throws Exception {
        Wire wire = Wire.java(broker.endpoint());
        try (TelemetryStream stream = new TelemetryStream(wire)) {
            assertProducer(stream.agree(TelemetryStream.producer()));
            assertProducer(stream.agree(TelemetryStream.producer(broker.topic(Kind.NORMAL))));
            assertProducer(stream.agree(TelemetryStream.producer()));
        }
    }

    @Test
    void aNamespaceIsEchoedAsItCame(Broker broker) throws Exception {
        Wire wire = Wire.java(broker.endpoint());
        Resource topic =
                Resource.newBuilder().setResourceNamespace("ns").setName("some").build();
        try (TelemetryStream stream = new TelemetryStream(wire)) {
            TelemetryCommand.Builder command = TelemetryStream.producer("x").toBuilder();
            command.getSettingsBuilder().getPublishingBuilder().setTopics(0, topic);
            assertThat(stream.agree(command.build()).getPublishing().getTopics(0))
                    .isEqualTo(topic);
        }
    }

    @Test
    void aConsumerGetsWhatItsGroupSaysInAFormThatAllClientsRead(Broker broker) throws Exception {
        for (GroupKind kind : GroupKind.values()) {
            Wire wire = Wire.java(broker.endpoint());
            String group = broker.group(kind);
            try (TelemetryStream stream = new TelemetryStream(wire)) {
                Settings settings = stream.agree(TelemetryStream.consumer(ClientType.PUSH_CONSUMER, group));
                assertThat(settings.getSubscription().getFifo()).isEqualTo(kind.fifo());
                assertThat(settings.getSubscription().getReceiveBatchSize()).isPositive();
                assertThat(settings.getSubscription().getLongPollingTimeout().getSeconds())
                        .isPositive();
                RetryPolicy policy = settings.getBackoffPolicy();
                assertThat(policy.getMaxAttempts()).isEqualTo(kind.maxAttempts());
                assertThat(policy.getStrategyCase()).isEqualTo(RetryPolicy.StrategyCase.EXPONENTIAL_BACKOFF);
                // Node reads the seconds only.
                Duration first = policy.getExponentialBackoff().getInitial();
                assertThat(first).isEqualTo(Wire.seconds(Math.max(1, first.getSeconds())));
            }
        }
    }

    @Test
    void settingsThatSayNothingAndClientsThatAreNotServedEndTheStream(Broker broker) throws Exception {
        TelemetryCommand[] wrong = {
            TelemetryStream.command(Settings.newBuilder().setClientType(ClientType.PRODUCER)),
            TelemetryStream.producer("a.b"),
            TelemetryStream.consumer(ClientType.PUSH_CONSUMER, "a.b"),
            TelemetryStream.consumer(ClientType.LITE_PUSH_CONSUMER, broker.group(GroupKind.FRESH)),
            TelemetryStream.consumer(ClientType.PULL_CONSUMER, broker.group(GroupKind.FRESH)),
        };
        for (TelemetryCommand command : wrong) {
            TelemetryStream stream = new TelemetryStream(Wire.java(broker.endpoint()));
            stream.say(command);
            assertThat(stream.awaitEnd().getCode()).isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT);
        }
    }

    /**
     * It would poll in vain for ever, and only its own log would know; a simple consumer's user is told by each poll.
     */
    @Test
    void aPushConsumerWithAnIllegalFilterIsToldWhenItComes(Broker broker) throws Exception {
        for (ClientType type : new ClientType[] {ClientType.PUSH_CONSUMER, ClientType.SIMPLE_CONSUMER}) {
            TelemetryCommand.Builder command =
                    TelemetryStream.consumer(type, broker.group(GroupKind.FRESH)).toBuilder();
            command.getSettingsBuilder()
                    .getSubscriptionBuilder()
                    .addSubscriptions(SubscriptionEntry.newBuilder()
                            .setTopic(Wire.name(broker.topic(Kind.NORMAL)))
                            .setExpression(FilterExpression.newBuilder()
                                    .setType(FilterType.TAG)
                                    .setExpression("a | b")));
            TelemetryStream stream = new TelemetryStream(Wire.java(broker.endpoint()));
            if (type == ClientType.SIMPLE_CONSUMER) {
                stream.agree(command.build());
                stream.close();
                continue;
            }
            stream.say(command.build());
            io.grpc.Status end = stream.awaitEnd();
            assertThat(end.getCode()).isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT);
            assertThat(end.getDescription()).contains("expression format is not correct", "a single '|'");
        }
    }

    @Test
    void theNewestStreamOfAClientIsAskedAndTheEndOfAnOlderOneHarmsNothing(Broker broker) throws Exception {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.TRANSACTION);
        TelemetryStream first = new TelemetryStream(wire);
        first.agree(TelemetryStream.producer(topic));
        try (TelemetryStream second = new TelemetryStream(wire)) {
            second.agree(TelemetryStream.producer(topic));
            first.close();
            wire.prepare(topic);
            second.await(TelemetryCommand::hasRecoverOrphanedTransactionCommand);
        }
    }

    @Test
    void goSendsAHeartbeatWithoutMetadataAndATerminationWithAnEmptyGroup(Broker broker) {
        Wire nobody = new Wire(broker.endpoint(), Map.of());
        assertThat(nobody.call()
                        .heartbeat(HeartbeatRequest.getDefaultInstance())
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.OK);
        Wire go = client(broker, "GO", Map.of());
        assertThat(go.call()
                        .notifyClientTermination(NotifyClientTerminationRequest.newBuilder()
                                .setGroup(Resource.getDefaultInstance())
                                .build())
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.OK);
        assertThat(go.call()
                        .heartbeat(HeartbeatRequest.newBuilder()
                                .setClientType(ClientType.PRODUCER)
                                .build())
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.OK);
    }

    @Test
    void goPollsWithADeadlineAlone(Broker broker) throws Exception {
        Wire go = client(broker, "GO", Map.of());
        long start = System.nanoTime();
        var answer = go.call()
                .withDeadlineAfter(8, TimeUnit.SECONDS)
                .receiveMessage(go.poll(broker.group(GroupKind.FRESH), broker.topic(Kind.NORMAL))
                        .clearLongPollingTimeout()
                        .build());
        assertThat(answer.next().getStatus().getCode()).isEqualTo(Code.MESSAGE_NOT_FOUND);
        assertThat(System.nanoTime() - start).isGreaterThan(2_000_000_000L);
    }

    /** Also a long poll ends before the deadline, which would lose what was leased to it. */
    @Test
    void aPollIsAnsweredBeforeItsDeadlineWhateverItAsksFor(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        var poll = wire.poll(broker.group(GroupKind.FRESH), broker.topic(Kind.NORMAL));
        wire.receive(poll.setLongPollingTimeout(Wire.seconds(0)).build());
        var answer = wire.call()
                .withDeadlineAfter(3, TimeUnit.SECONDS)
                .receiveMessage(poll.setLongPollingTimeout(Wire.seconds(20)).build());
        assertThat(answer.next().getStatus().getCode()).isEqualTo(Code.MESSAGE_NOT_FOUND);
    }

    /** Node calls its language HTTP, names its namespace in a header alone, and asks for pauses of milliseconds. */
    @Test
    void nodeGivesBackWithAPauseOfMillisecondsAndWaitsAsItsGroupSays(Broker broker) throws Exception {
        Wire node = client(broker, "HTTP", Map.of("x-mq-client-version", "1.0.0"));
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        try (TelemetryStream stream = new TelemetryStream(node)) {
            stream.agree(TelemetryStream.consumer(ClientType.PUSH_CONSUMER, group));
            node.receive(push(node, group, topic));
            node.send(Wire.message(topic, MessageType.NORMAL).build());
            Message got = Wire.messages(node.receive(push(node, group, topic))).get(0);
            long failed = System.nanoTime();
            assertThat(node.call()
                            .changeInvisibleDuration(ChangeInvisibleDurationRequest.newBuilder()
                                    .setGroup(Wire.name(group))
                                    .setTopic(Wire.name(topic))
                                    .setReceiptHandle(got.getSystemProperties().getReceiptHandle())
                                    .setInvisibleDuration(Duration.newBuilder().setNanos(1_000_000))
                                    .build())
                            .getStatus()
                            .getCode())
                    .isEqualTo(Code.OK);
            Message again = node.receiveOne(group, topic);
            assertThat(again.getSystemProperties().getDeliveryAttempt()).isEqualTo(2);
            assertThat(System.nanoTime() - failed).isGreaterThan(700_000_000L);
        }
    }

    private static io.pledgemq.rpc.v2.ReceiveMessageRequest push(Wire wire, String group, String topic) {
        return wire.poll(group, topic)
                .clearInvisibleDuration()
                .setAutoRenew(true)
                .build();
    }

    @Test
    void aRouteIsTheAddressByWhichTheClientCame(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.FIFO);
        Endpoints mapped = wire.endpoints().toBuilder()
                .setScheme(io.pledgemq.rpc.v2.AddressScheme.DOMAIN_NAME)
                .clearAddresses()
                .addAddresses(io.pledgemq.rpc.v2.Address.newBuilder()
                        .setHost("mq.example.org")
                        .setPort(443))
                .build();
        QueryRouteResponse route = wire.call()
                .queryRoute(QueryRouteRequest.newBuilder()
                        .setTopic(Wire.name(topic))
                        .setEndpoints(mapped)
                        .build());
        assertThat(route.getStatus().getCode()).isEqualTo(Code.OK);
        assertThat(route.getMessageQueuesList()).isNotEmpty().allSatisfy(queue -> {
            assertThat(queue.getBroker().getEndpoints()).isEqualTo(mapped);
            assertThat(queue.getBroker().getId()).isZero();
            assertThat(queue.getTopic()).isEqualTo(Wire.name(topic));
            assertThat(queue.getPermission()).isEqualTo(Permission.READ_WRITE);
            assertThat(queue.getAcceptMessageTypesList()).containsExactly(MessageType.FIFO);
        });
        QueryRouteRequest nowhere =
                QueryRouteRequest.newBuilder().setTopic(Wire.name(topic)).build();
        assertThat(wire.call().queryRoute(nowhere).getStatus().getCode()).isEqualTo(Code.ILLEGAL_ACCESS_POINT);
        QueryRouteRequest unknown = QueryRouteRequest.newBuilder()
                .setTopic(Wire.name("not-there"))
                .setEndpoints(mapped)
                .build();
        assertThat(wire.call().queryRoute(unknown).getStatus().getCode()).isEqualTo(Code.TOPIC_NOT_FOUND);
    }

    @Test
    void thereAreSomeAssignmentsAndOneForEachQueueInOrder(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        assertThat(assignment(wire, broker.topic(Kind.NORMAL), broker.group(GroupKind.IMPATIENT)))
                .extracting(MessageQueue::getId)
                .containsExactly(0, 1, 2, 3);
        assertThat(assignment(wire, broker.topic(Kind.FIFO), broker.group(GroupKind.IMPATIENT_FIFO)))
                .extracting(MessageQueue::getId)
                .startsWith(0, 1, 2, 3, 4);
    }

    private static List<MessageQueue> assignment(Wire wire, String topic, String group) {
        QueryAssignmentResponse response = wire.call()
                .queryAssignment(QueryAssignmentRequest.newBuilder()
                        .setTopic(Wire.name(topic))
                        .setGroup(Wire.name(group))
                        .setEndpoints(wire.endpoints())
                        .build());
        assertThat(response.getStatus().getCode()).isEqualTo(Code.OK);
        return response.getAssignmentsList().stream()
                .map(assignment -> assignment.getMessageQueue())
                .toList();
    }

    @Test
    void whatIsNotServedSaysSo(Broker broker) {
        Wire wire = Wire.java(broker.endpoint());
        assertThat(wire.call()
                        .syncLiteSubscription(SyncLiteSubscriptionRequest.getDefaultInstance())
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.UNSUPPORTED);
        assertThatThrownBy(() -> wire.call()
                        .pullMessage(PullMessageRequest.getDefaultInstance())
                        .next())
                .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> assertThat(
                                refused.getStatus().getCode())
                        .isEqualTo(io.grpc.Status.Code.UNIMPLEMENTED));
    }

    /** A process that was stopped for a while does not know that it was taken for dead. */
    @Test
    void aClientThatFellSilentIsToldToBeginAnew(Broker broker) throws Exception {
        Wire wire = Wire.java(broker.endpoint());
        String topic = broker.topic(Kind.TRANSACTION);
        TelemetryStream silent = new TelemetryStream(wire);
        silent.agree(TelemetryStream.producer(topic));
        for (int i = 0; i < 3 && silent.isOpen(); i++) {
            silent.next(30);
        }
        assertThat(silent.awaitEnd().getCode()).isEqualTo(io.grpc.Status.Code.UNAVAILABLE);
        try (TelemetryStream anew = new TelemetryStream(wire)) {
            anew.agree(TelemetryStream.producer(topic));
            wire.prepare(topic);
            anew.await(TelemetryCommand::hasRecoverOrphanedTransactionCommand);
        }
    }
}
