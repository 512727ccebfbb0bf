package io.pledgemq.peer;

import apache.rocketmq.v2.Address;
import apache.rocketmq.v2.AddressScheme;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Endpoints;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.QueryRouteRequest;
import apache.rocketmq.v2.QueryRouteResponse;
import apache.rocketmq.v2.Resource;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Whether a client that comes now is served. */
final class Readiness {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long PAUSE_MS = 100;

    private Readiness() {}

    /** Waits until a route is answered, for at most {@link #LIMIT}. */
    static void await(int grpcPort, String topic) throws InterruptedException {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("x-mq-client-id", Metadata.ASCII_STRING_MARSHALLER), "readiness");
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", grpcPort)
                .usePlaintext()
                .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
                .build();
        try {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            String last = answer(channel, grpcPort, topic);
            while (!last.isEmpty()) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "no route of topic " + topic + " after " + LIMIT + "; the last answer was: " + last);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
                last = answer(channel, grpcPort, topic);
            }
        } finally {
            channel.shutdownNow();
        }
    }

    /** Empty if it is a route, else what it is instead. */
    private static String answer(ManagedChannel channel, int port, String topic) {
        Address address =
                Address.newBuilder().setHost("127.0.0.1").setPort(port).build();
        QueryRouteRequest request = QueryRouteRequest.newBuilder()
                .setTopic(Resource.newBuilder().setName(topic))
                .setEndpoints(
                        Endpoints.newBuilder().setScheme(AddressScheme.IPv4).addAddresses(address))
                .build();
        try {
            QueryRouteResponse response = MessagingServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(5, TimeUnit.SECONDS)
                    .queryRoute(request);
            return response.getStatus().getCode() == Code.OK
                    ? ""
                    : response.getStatus().toString();
        } catch (StatusRuntimeException e) {
            return e.toString();
        }
    }
}
