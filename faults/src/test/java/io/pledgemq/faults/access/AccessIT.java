package io.pledgemq.faults.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.PledgeBroker;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.faults.client.Eventually;
import io.pledgemq.faults.client.Inbox;
import io.pledgemq.faults.client.Official;
import io.pledgemq.faults.client.WarmUp;
import io.pledgemq.faults.raw.TelemetryStream;
import io.pledgemq.faults.raw.Wire;
import io.pledgemq.rpc.v2.AckMessageRequest;
import io.pledgemq.rpc.v2.ChangeInvisibleDurationRequest;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.EndTransactionRequest;
import io.pledgemq.rpc.v2.ForwardMessageToDeadLetterQueueRequest;
import io.pledgemq.rpc.v2.GetOffsetRequest;
import io.pledgemq.rpc.v2.HeartbeatRequest;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.MessagingServiceGrpc;
import io.pledgemq.rpc.v2.NotifyClientTerminationRequest;
import io.pledgemq.rpc.v2.PullMessageRequest;
import io.pledgemq.rpc.v2.QueryAssignmentRequest;
import io.pledgemq.rpc.v2.QueryOffsetRequest;
import io.pledgemq.rpc.v2.QueryRouteRequest;
import io.pledgemq.rpc.v2.RecallMessageRequest;
import io.pledgemq.rpc.v2.SendResultEntry;
import io.pledgemq.rpc.v2.Status;
import io.pledgemq.rpc.v2.SyncLiteSubscriptionRequest;
import io.pledgemq.rpc.v2.TransactionResolution;
import io.pledgemq.rpc.v2.UpdateOffsetRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server with authentication, its users as official clients and as raw calls. */
class AccessIT {
    private static final String SECRET = "a secret of tests";
    private static final String USERS = """
            users:
              - {name: full, secret: "a secret of tests", grants: [{allow: [publish, consume], topics: ["*"], groups: ["*"]}]}
              - {name: other, secret: "a secret of tests", grants: [{allow: [publish, consume], topics: ["*"], groups: ["*"]}]}
              - {name: guessed, secret: "a secret of tests", grants: [{allow: [publish, consume], topics: ["*"], groups: ["*"]}]}
              - {name: publisher, secret: "a secret of tests", grants: [{allow: [publish], topics: ["*"], groups: ["*"]}]}
              - {name: consumer, secret: "a secret of tests", grants: [{allow: [consume], topics: ["*"], groups: ["*"]}]}
              - {name: stranger, secret: "a secret of tests"}
            """;

    /** Who calls. */
    private enum Who {
        NOBODY,
        WRONG_SECRET,
        UNKNOWN_USER,
        STRANGER,
        PUBLISHER,
        CONSUMER,
        FULL
    }

    private static Path directory;
    private static Broker broker;

    @BeforeAll
    static void start() {
        directory = WithBroker.directory("access");
        broker = new PledgeBroker.Setup().users(USERS).start(directory);
        WarmUp.of(broker);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Wire wire(Who who) {
        String endpoint = broker.endpoint();
        return switch (who) {
            case NOBODY -> Signing.nobody(endpoint);
            // A user of its own, since answers to wrong secrets come later and later.
            case WRONG_SECRET -> Signing.as(endpoint, "guessed", SECRET + "x");
            case UNKNOWN_USER -> Signing.as(endpoint, "whoever", SECRET);
            case STRANGER -> Signing.as(endpoint, "stranger", SECRET);
            case PUBLISHER -> Signing.as(endpoint, "publisher", SECRET);
            case CONSUMER -> Signing.as(endpoint, "consumer", SECRET);
            case FULL -> Signing.as(endpoint, "full", SECRET);
        };
    }

    /** A call and what it needs; it is such that who may make it gets past the gate, whatever comes then. */
    private record Call(Needs needs, java.util.function.Function<Wire, Code> code) {}

    private enum Needs {
        /** Any user. */
        SIGNATURE,
        PUBLISH,
        CONSUME,
        EITHER
    }

    private static Map<String, Call> calls() {
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.IMPATIENT);
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("QueryRoute", new Call(Needs.EITHER, wire -> wire.call()
                .queryRoute(QueryRouteRequest.newBuilder()
                        .setTopic(Wire.name(topic))
                        .setEndpoints(wire.endpoints())
                        .build())
                .getStatus()
                .getCode()));
        calls.put("QueryAssignment", new Call(Needs.CONSUME, wire -> wire.call()
                .queryAssignment(QueryAssignmentRequest.newBuilder()
                        .setTopic(Wire.name(topic))
                        .setGroup(Wire.name(group))
                        .setEndpoints(wire.endpoints())
                        .build())
                .getStatus()
                .getCode()));
        calls.put("Heartbeat", new Call(Needs.SIGNATURE, wire -> wire.call()
                .heartbeat(HeartbeatRequest.getDefaultInstance())
                .getStatus()
                .getCode()));
        calls.put("NotifyClientTermination", new Call(Needs.SIGNATURE, wire -> wire.call()
                .notifyClientTermination(NotifyClientTerminationRequest.getDefaultInstance())
                .getStatus()
                .getCode()));
        calls.put("SyncLiteSubscription", new Call(Needs.SIGNATURE, wire -> wire.call()
                .syncLiteSubscription(SyncLiteSubscriptionRequest.getDefaultInstance())
                .getStatus()
                .getCode()));
        calls.put("Telemetry", new Call(Needs.PUBLISH, wire -> telemetry(wire, topic)));
        calls.put("SendMessage", new Call(Needs.PUBLISH, wire -> wire.send(
                        Wire.message(topic, MessageType.NORMAL).build())
                .getStatus()
                .getCode()));
        calls.put("EndTransaction", new Call(Needs.PUBLISH, wire -> wire.end(EndTransactionRequest.newBuilder()
                        .setTopic(Wire.name(topic))
                        .setMessageId("m")
                        .setTransactionId("t")
                        .build())
                .getCode()));
        calls.put("RecallMessage", new Call(Needs.PUBLISH, wire -> wire.call()
                .recallMessage(RecallMessageRequest.newBuilder()
                        .setTopic(Wire.name(topic))
                        .setRecallHandle("h")
                        .build())
                .getStatus()
                .getCode()));
        calls.put("ReceiveMessage", new Call(Needs.CONSUME, wire -> Wire.status(wire.receive(wire.poll(group, topic)
                        .setLongPollingTimeout(Wire.seconds(0))
                        .build()))
                .getCode()));
        calls.put("AckMessage", new Call(Needs.CONSUME, wire -> wire.call()
                .ackMessage(AckMessageRequest.newBuilder()
                        .setGroup(Wire.name(group))
                        .setTopic(Wire.name(topic))
                        .build())
                .getStatus()
                .getCode()));
        calls.put("ChangeInvisibleDuration", new Call(Needs.CONSUME, wire -> wire.call()
                .changeInvisibleDuration(ChangeInvisibleDurationRequest.newBuilder()
                        .setGroup(Wire.name(group))
                        .setTopic(Wire.name(topic))
                        .setReceiptHandle("h")
                        .build())
                .getStatus()
                .getCode()));
        calls.put("ForwardMessageToDeadLetterQueue", new Call(Needs.CONSUME, wire -> wire.call()
                .forwardMessageToDeadLetterQueue(ForwardMessageToDeadLetterQueueRequest.newBuilder()
                        .setGroup(Wire.name(group))
                        .setTopic(Wire.name(topic))
                        .setReceiptHandle("h")
                        .build())
                .getStatus()
                .getCode()));
        // Calls that no official client makes: whoever may call at all is told that they are not served.
        calls.put(
                "PullMessage",
                new Call(
                        Needs.SIGNATURE,
                        wire -> unserved(() -> wire.call()
                                .pullMessage(PullMessageRequest.getDefaultInstance())
                                .next()
                                .getStatus())));
        calls.put(
                "UpdateOffset",
                new Call(
                        Needs.SIGNATURE,
                        wire -> unserved(() -> wire.call()
                                .updateOffset(UpdateOffsetRequest.getDefaultInstance())
                                .getStatus())));
        calls.put(
                "GetOffset",
                new Call(
                        Needs.SIGNATURE,
                        wire -> unserved(() -> wire.call()
                                .getOffset(GetOffsetRequest.getDefaultInstance())
                                .getStatus())));
        calls.put(
                "QueryOffset",
                new Call(
                        Needs.SIGNATURE,
                        wire -> unserved(() -> wire.call()
                                .queryOffset(QueryOffsetRequest.getDefaultInstance())
                                .getStatus())));
        return calls;
    }

    /** UNIMPLEMENTED is all that may come of such a call, unless its caller is turned away before. */
    private static Code unserved(Supplier<Status> call) {
        try {
            Status status = call.get();
            assertThat(status.getCode()).as("a call that is not served").isIn(Code.UNAUTHORIZED, Code.FORBIDDEN);
            return status.getCode();
        } catch (StatusRuntimeException e) {
            return switch (e.getStatus().getCode()) {
                case UNIMPLEMENTED -> Code.OK;
                case UNAUTHENTICATED -> Code.UNAUTHORIZED;
                case PERMISSION_DENIED -> Code.FORBIDDEN;
                default -> throw e;
            };
        }
    }

    private static Code telemetry(Wire wire, String topic) {
        try (TelemetryStream stream = new TelemetryStream(wire)) {
            stream.say(TelemetryStream.producer(topic));
            for (int i = 0; i < 300; i++) {
                var command = stream.poll(100);
                if (command != null && command.hasSettings()) {
                    return Code.OK;
                }
                if (!stream.isOpen()) {
                    return switch (stream.awaitEnd().getCode()) {
                        case UNAUTHENTICATED -> Code.UNAUTHORIZED;
                        case PERMISSION_DENIED -> Code.FORBIDDEN;
                        default -> Code.CODE_UNSPECIFIED;
                    };
                }
            }
            throw new AssertionError("telemetry was neither answered nor ended");
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Test
    void everyCallOfTheServiceIsOpenToWhomItShouldBeAndToNobodyElse() {
        Map<String, Call> calls = calls();
        Set<String> all = MessagingServiceGrpc.getServiceDescriptor().getMethods().stream()
                .map(method -> method.getBareMethodName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(calls.keySet()).as("calls of this matrix").isEqualTo(all);

        SoftAssertions cells = new SoftAssertions();
        for (Who who : Who.values()) {
            // A wrong secret slows the next tries down, so each has one connection.
            Wire wire = wire(who);
            calls.forEach((name, call) -> cells.assertThat(gate(call.code.apply(wire)))
                    .as(name + " by " + who)
                    .isEqualTo(expected(who, call.needs)));
        }
        cells.assertAll();
    }

    private static void awaitAudited(String who, String call, String why) throws Exception {
        Path audit = directory.resolve("data/audit/audit.jsonl");
        Eventually.until(
                () -> Files.exists(audit)
                        && Files.readAllLines(audit).stream()
                                .anyMatch(line -> line.contains('"' + who + '"')
                                        && line.contains('"' + call + '"')
                                        && line.contains("\"refused\"")
                                        && line.contains(why)),
                () -> "no line for " + call + " by " + who);
    }

    @Test
    void whatUsersAreRefusedIsInTheAuditLog() throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        Wire stranger = wire(Who.STRANGER);
        assertThat(stranger.send(Wire.message(topic, MessageType.NORMAL).build())
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.FORBIDDEN);
        awaitAudited("stranger", "SendMessage", "may not publish to topic '" + topic + "'");
    }

    /** Past the gate every other code will do. */
    private static Code gate(Code code) {
        return code == Code.UNAUTHORIZED || code == Code.FORBIDDEN ? code : Code.OK;
    }

    private static Code expected(Who who, Needs needs) {
        return switch (who) {
            case NOBODY, WRONG_SECRET, UNKNOWN_USER -> Code.UNAUTHORIZED;
            case STRANGER -> needs == Needs.SIGNATURE ? Code.OK : Code.FORBIDDEN;
            case PUBLISHER -> needs == Needs.CONSUME ? Code.FORBIDDEN : Code.OK;
            case CONSUMER -> needs == Needs.PUBLISH ? Code.FORBIDDEN : Code.OK;
            case FULL -> Code.OK;
        };
    }

    @Test
    void allSpellingsOfASignatureAreUnderstood() {
        String endpoint = broker.endpoint();
        String local = Signing.now();
        String offset =
                java.time.OffsetDateTime.now(java.time.ZoneOffset.ofHours(8)).toString();
        for (Wire wire : List.of(
                Signing.spelled(endpoint, "full", SECRET, local, true),
                Signing.spelled(endpoint, "full", SECRET, local, false),
                Signing.spelled(endpoint, "full//Rocketmq", SECRET, local, false),
                Signing.spelled(endpoint, "full/cn-hangzhou/RocketMQ", SECRET, local, true),
                Signing.spelled(endpoint, "full", SECRET, offset, false))) {
            assertThat(wire.call()
                            .heartbeat(HeartbeatRequest.getDefaultInstance())
                            .getStatus()
                            .getCode())
                    .isEqualTo(Code.OK);
        }
    }

    @Test
    void theOfficialClientWorksWithItsCredentialAndIsTurnedAwayWithoutGrantOrSecret() throws Exception {
        String topic = broker.topic(Kind.TRANSACTION);
        String group = broker.group(GroupKind.FRESH);
        try (Official full = new Official(broker.endpoint(), "full", SECRET);
                Official wrong = new Official(broker.endpoint(), "other", SECRET + "x");
                Official stranger = new Official(broker.endpoint(), "stranger", SECRET);
                Official publisher = new Official(broker.endpoint(), "publisher", SECRET);
                Official nobody = new Official(broker.endpoint())) {
            SimpleConsumer consumer = full.simple(group, topic);
            Producer producer = full.transactional(
                    message -> org.apache.rocketmq.client.apis.producer.TransactionResolution.UNKNOWN, topic);
            Transaction transaction = producer.beginTransaction();
            producer.send(Official.message(topic, "mine"), transaction);
            transaction.commit();
            assertThat(Inbox.take(consumer, 1)).extracting(Official::body).containsExactly("mine");

            assertThatThrownBy(() -> nobody.producer(topic)).hasStackTraceContaining("40100");
            assertThatThrownBy(() -> wrong.producer(topic)).hasStackTraceContaining("40100");
            assertThatThrownBy(() -> stranger.producer(topic)).hasStackTraceContaining("40300");
            // Its stream is ended with the reason, which this client does not pass on.
            assertThatThrownBy(() -> publisher.simple(group, topic)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void nobodyDecidesOrSettlesForAnother() throws Exception {
        String topic = broker.topic(Kind.TRANSACTION);
        String group = broker.group(GroupKind.FRESH);
        Wire full = wire(Who.FULL);
        Wire other = Signing.as(broker.endpoint(), "other", SECRET);
        full.receive(
                full.poll(group, topic).setLongPollingTimeout(Wire.seconds(0)).build());
        SendResultEntry half = full.prepare(topic);
        for (TransactionResolution resolution :
                new TransactionResolution[] {TransactionResolution.COMMIT, TransactionResolution.ROLLBACK}) {
            assertThat(other.end(topic, half, resolution).getCode()).isEqualTo(Code.INVALID_TRANSACTION_ID);
        }
        assertThat(full.end(topic, half, TransactionResolution.COMMIT).getCode())
                .isEqualTo(Code.OK);
        Message got = full.receiveOne(group, topic);
        String handle = got.getSystemProperties().getReceiptHandle();
        assertThat(other.ack(group, topic, handle).getStatus().getCode()).isEqualTo(Code.INVALID_RECEIPT_HANDLE);
        assertThat(full.ack(group, topic, handle).getStatus().getCode()).isEqualTo(Code.OK);
        awaitAudited("other", "EndTransaction", "the transaction id was not given to this user for a message of topic");
        awaitAudited("other", "AckMessage", "the receipt handle was not given to this group, topic and user");
    }
}
