package io.pledgemq.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.grpc.GrpcClientBuilder;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.HeartbeatRequest;
import io.pledgemq.rpc.v2.MessagingServiceGrpc;
import io.pledgemq.rpc.v2.MessagingServiceGrpc.MessagingServiceBlockingStub;
import io.pledgemq.rpc.v2.MessagingServiceGrpc.MessagingServiceStub;
import java.time.Duration;

/** A client that behaves, on one connection of its own. */
public final class Neighbour implements AutoCloseable {
    /** A stream that is not read leaves room for the others. */
    private static final int WINDOW_BYTES = 64 << 20;

    private final ClientFactory connection = ClientFactory.builder()
            .idleTimeout(Duration.ZERO)
            .http2InitialConnectionWindowSize(WINDOW_BYTES)
            .build();
    private final int port;

    public Neighbour(int port) {
        this.port = port;
    }

    private GrpcClientBuilder client() {
        return GrpcClients.builder("gproto+http://127.0.0.1:" + port)
                .factory(connection)
                .setHeader("x-mq-client-id", "neighbour")
                .maxRequestMessageLength(Integer.MAX_VALUE)
                .responseTimeout(Duration.ofSeconds(60));
    }

    public MessagingServiceBlockingStub blocking() {
        return client().build(MessagingServiceBlockingStub.class);
    }

    /** Packs what it sends. */
    public MessagingServiceBlockingStub gzipped() {
        return client().compressor(new io.grpc.Codec.Gzip()).build(MessagingServiceBlockingStub.class);
    }

    public MessagingServiceStub streaming() {
        return client().responseTimeout(Duration.ZERO).build(MessagingServiceGrpc.MessagingServiceStub.class);
    }

    public void isServed() {
        var answer = blocking().heartbeat(HeartbeatRequest.getDefaultInstance());
        assertThat(answer.getStatus().getCode()).isEqualTo(Code.OK);
    }

    @Override
    public void close() {
        connection.close();
    }
}
