package io.pledgemq.server.net;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.pledgemq.server.config.LimitsConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * One listening address. It is bound before there is anything to serve, so that a start that takes long can be watched,
 * and everything else is answered 503 until {@link #serve}.
 */
public final class Front implements AutoCloseable {
    private final InetSocketAddress address;
    private final LimitsConfig limits;
    private final Server server;

    private Front(InetSocketAddress address, LimitsConfig limits, List<Routes> early, Duration drain) {
        this.address = address;
        this.limits = limits;
        ServerBuilder listener = Server.builder();
        listener.gracefulShutdownTimeout(Duration.ZERO, drain);
        build(listener, early);
        listener.serviceUnder(
                "/",
                (context, request) -> HttpResponse.of(
                        HttpStatus.SERVICE_UNAVAILABLE, MediaType.PLAIN_TEXT_UTF_8, "the server is starting\n"));
        this.server = listener.build();
    }

    /**
     * Binds the address.
     *
     * @param early served from the beginning
     * @throws IOException if the address cannot be had
     */
    public static Front open(InetSocketAddress address, LimitsConfig limits, List<Routes> early, Duration drain)
            throws IOException {
        Front front = new Front(address, limits, early, drain);
        try {
            front.server.start().join();
        } catch (CompletionException e) {
            throw new IOException(
                    e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
        }
        return front;
    }

    private void build(ServerBuilder listener, List<Routes> served) {
        listener.port(address, SessionProtocol.HTTP, SessionProtocol.HTTPS)
                .tlsSelfSigned()
                // Armeria would ask the name service for it, which may take seconds.
                .defaultHostname("localhost")
                .maxNumConnections(limits.connections());
        served.forEach(routes -> routes.addTo(listener));
    }

    /** Serves these from now on, and nothing else. */
    public void serve(List<Routes> served) {
        server.reconfigure(listener -> build(listener, served));
    }

    /** The port that was bound. */
    public int port() {
        return server.activeLocalPort();
    }

    /**
     * Takes no more connections, waits for the requests in progress within the time for draining, and cuts the rest.
     */
    @Override
    public void close() {
        server.stop().join();
    }
}
