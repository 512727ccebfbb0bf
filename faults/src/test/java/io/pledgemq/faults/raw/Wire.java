package io.pledgemq.faults.raw;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.pledgemq.rpc.v2.AckMessageEntry;
import io.pledgemq.rpc.v2.AckMessageRequest;
import io.pledgemq.rpc.v2.AckMessageResponse;
import io.pledgemq.rpc.v2.Address;
import io.pledgemq.rpc.v2.AddressScheme;
import io.pledgemq.rpc.v2.EndTransactionRequest;
import io.pledgemq.rpc.v2.Endpoints;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageQueue;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.MessagingServiceGrpc.MessagingServiceBlockingStub;
import io.pledgemq.rpc.v2.MessagingServiceGrpc.MessagingServiceStub;
import io.pledgemq.rpc.v2.ReceiveMessageRequest;
import io.pledgemq.rpc.v2.ReceiveMessageResponse;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.SendMessageRequest;
import io.pledgemq.rpc.v2.SendMessageResponse;
import io.pledgemq.rpc.v2.SendResultEntry;
import io.pledgemq.rpc.v2.Status;
import io.pledgemq.rpc.v2.SystemProperties;
import io.pledgemq.rpc.v2.TransactionResolution;
import io.pledgemq.rpc.v2.TransactionSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A client that sends what it is told, without TLS. */
public final class Wire {
    private static final long PATIENCE_SECONDS = 30;

    private final String endpoint;
    private final MessagingServiceBlockingStub blocking;
    private final MessagingServiceStub async;

    /** @param headers with their values */
    public Wire(String endpoint, Map<String, String> headers) {
        this(endpoint, headers, ClientFactory.ofDefault());
    }

    public Wire(String endpoint, Map<String, String> headers, ClientFactory connections) {
        this.endpoint = endpoint;
        Metadata metadata = new Metadata();
        headers.forEach((name, value) -> metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
        var interceptor = MetadataUtils.newAttachHeadersInterceptor(metadata);
        var builder = GrpcClients.builder("gproto+http://" + endpoint + "/")
                .factory(connections)
                .responseTimeoutMillis(0)
                .maxResponseMessageLength(64 << 20);
        this.blocking = builder.build(MessagingServiceBlockingStub.class).withInterceptors(interceptor);
        this.async = builder.build(MessagingServiceStub.class).withInterceptors(interceptor);
    }

    /** As the Java client introduces itself. */
    public static Wire java(String endpoint) {
        return new Wire(
                endpoint,
                Map.of(
                        "x-mq-client-id",
                        "raw@" + UUID.randomUUID(),
                        "x-mq-language",
                        "JAVA",
                        "x-mq-client-version",
                        "5.2.0",
                        "x-mq-protocol",
                        "v2"));
    }

    /** Calls with a deadline. */
    public MessagingServiceBlockingStub call() {
        return blocking.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    public MessagingServiceStub stream() {
        return async;
    }

    public Endpoints endpoints() {
        int colon = endpoint.lastIndexOf(':');
        return Endpoints.newBuilder()
                .setScheme(AddressScheme.IPv4)
                .addAddresses(Address.newBuilder()
                        .setHost(endpoint.substring(0, colon))
                        .setPort(Integer.parseInt(endpoint.substring(colon + 1))))
                .build();
    }

    public static Resource name(String name) {
        return Resource.newBuilder().setName(name).build();
    }

    /** A message as the official clients make it. */
    public static Message.Builder message(String topic, MessageType type) {
        return Message.newBuilder()
                .setTopic(name(topic))
                .setBody(ByteString.copyFromUtf8("body"))
                .setSystemProperties(system(type));
    }

    public static SystemProperties.Builder system(MessageType type) {
        return SystemProperties.newBuilder()
                .setMessageId(
                        "01" + UUID.randomUUID().toString().replace("-", "").substring(0, 32))
                .setMessageType(type)
                .setBodyEncoding(io.pledgemq.rpc.v2.Encoding.IDENTITY)
                .setBornHost("test");
    }

    public SendMessageResponse send(Message message) {
        return call().sendMessage(
                        SendMessageRequest.newBuilder().addMessages(message).build());
    }

    /** Prepares a half message. */
    public SendResultEntry prepare(String topic) {
        return send(message(topic, MessageType.TRANSACTION).build()).getEntries(0);
    }

    public Status end(String topic, SendResultEntry half, TransactionResolution resolution) {
        return end(EndTransactionRequest.newBuilder()
                .setTopic(name(topic))
                .setMessageId(half.getMessageId())
                .setTransactionId(half.getTransactionId())
                .setResolution(resolution)
                .setSource(TransactionSource.SOURCE_CLIENT)
                .build());
    }

    public Status end(EndTransactionRequest request) {
        return call().endTransaction(request).getStatus();
    }

    /** A simple consumer's poll. */
    public ReceiveMessageRequest.Builder poll(String group, String topic) {
        return ReceiveMessageRequest.newBuilder()
                .setGroup(name(group))
                .setMessageQueue(MessageQueue.newBuilder().setTopic(name(topic)))
                .setBatchSize(16)
                .setInvisibleDuration(seconds(30))
                .setLongPollingTimeout(seconds(2));
    }

    /** All frames of one poll. */
    public List<ReceiveMessageResponse> receive(ReceiveMessageRequest request) {
        List<ReceiveMessageResponse> frames = new ArrayList<>();
        Iterator<ReceiveMessageResponse> answer = call().receiveMessage(request);
        answer.forEachRemaining(frames::add);
        return frames;
    }

    public static Status status(List<ReceiveMessageResponse> frames) {
        return frames.stream()
                .filter(ReceiveMessageResponse::hasStatus)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no status in " + frames))
                .getStatus();
    }

    public static List<Message> messages(List<ReceiveMessageResponse> frames) {
        return frames.stream()
                .filter(ReceiveMessageResponse::hasMessage)
                .map(ReceiveMessageResponse::getMessage)
                .toList();
    }

    /** Receives until something comes. */
    public Message receiveOne(String group, String topic) {
        for (int i = 0; i < PATIENCE_SECONDS; i++) {
            List<Message> got = messages(receive(poll(group, topic).build()));
            if (!got.isEmpty()) {
                return got.get(0);
            }
        }
        throw new AssertionError("nothing came from " + topic);
    }

    public AckMessageResponse ack(String group, String topic, String... handles) {
        AckMessageRequest.Builder request =
                AckMessageRequest.newBuilder().setGroup(name(group)).setTopic(name(topic));
        for (String handle : handles) {
            request.addEntries(AckMessageEntry.newBuilder().setMessageId("m").setReceiptHandle(handle));
        }
        return call().ackMessage(request.build());
    }

    public static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }
}
