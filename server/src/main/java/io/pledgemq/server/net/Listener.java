package io.pledgemq.server.net;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerTlsConfig;
import io.netty.handler.ssl.ClientAuth;
import io.pledgemq.server.config.LimitsConfig;
import io.pledgemq.server.config.TlsConfig;
import io.pledgemq.server.tls.Certificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One listening address, for TLS and plaintext, HTTP/2 and HTTP/1.1. It is bound before there is anything to serve, so
 * that a start that takes long can be watched; everything else is answered 503 until {@link #serve}.
 */
public final class Listener implements AutoCloseable {
    /** Most resets of streams in a period: a busy client stays below, a flood exceeds it at once. */
    private static final int RESETS = 200;

    private static final int RESETS_SECONDS = 30;

    /** Bytes of a request beyond the largest body: properties, framing, JSON around it. */
    private static final int REQUEST_MARGIN_BYTES = 1 << 20;

    /**
     * Armeria closes half-open connections after a request's time limit; our own limit, which counts them, is shorter.
     */
    private static final Duration AFTER_HANDSHAKES = Duration.ofSeconds(1);

    /** Armeria waits for requests in progress only if there is a quiet period. */
    private static final Duration QUIET = Duration.ofMillis(1);

    private static final Duration SHORTEST_PING = Duration.ofSeconds(1);
    /** Armeria passes milliseconds to the kernel as seconds of TCP_KEEPIDLE, which accepts at most 32,767. */
    private static final Duration LONGEST_PING = Duration.ofSeconds(30);

    private final Address address;
    private final LimitsConfig limits;
    private final Connections connections;
    private final ListeningSocket socket;
    private final Duration drain;
    private final Server server;

    /**
     * Where to listen, and how.
     *
     * @param plaintext whether connections without TLS are taken
     * @param certificates null serves plaintext only
     */
    public record Address(
            InetSocketAddress socket,
            boolean plaintext,
            @Nullable Certificates certificates,
            TlsConfig.ClientCertificate clients) {}

    private Listener(Address address, Connections connections, List<Routes> early, Duration drain) {
        this.address = address;
        this.limits = connections.limits();
        this.connections = connections;
        this.socket = new ListeningSocket(connections);
        this.drain = drain;
        ServerBuilder listener = Server.builder();
        build(listener, early);
        listener.serviceUnder("/", new Starting());
        this.server = listener.build();
    }

    /**
     * Binds the address.
     *
     * @param connections counts and bounds them, those of several addresses together
     * @param early served from the beginning
     * @param drain longest time that {@link #close} waits for requests in progress
     * @throws IOException if the address cannot be had
     */
    public static Listener open(Address address, Connections connections, List<Routes> early, Duration drain)
            throws IOException {
        Listener listener = new Listener(address, connections, early, drain);
        try {
            listener.server.start().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        }
        return listener;
    }

    private void build(ServerBuilder listener, List<Routes> served) {
        Certificates certificates = address.certificates();
        if (certificates == null) {
            listener.port(address.socket(), SessionProtocol.HTTP);
        } else {
            listener.tlsProvider(
                    certificates,
                    ServerTlsConfig.builder()
                            .clientAuth(clientAuth(address.clients()))
                            .tlsCustomizer(certificates::judgeClients)
                            .build());
            if (address.plaintext()) {
                listener.port(address.socket(), SessionProtocol.HTTP, SessionProtocol.HTTPS);
            } else {
                listener.port(address.socket(), SessionProtocol.HTTPS);
            }
        }
        bound(listener);
        served.forEach(routes -> routes.addTo(listener));
    }

    private static ClientAuth clientAuth(TlsConfig.ClientCertificate clients) {
        return switch (clients) {
            case OFF -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
    }

    /** Sets the limits. Armeria's time limit of requests also bounds half-open sockets, so only routes override it. */
    private void bound(ServerBuilder listener) {
        int headerBytes = limits.headerList().intBytes();
        listener
                // Armeria would ask the name service for the host name, which may take seconds.
                .defaultHostname("localhost")
                .childChannelPipelineCustomizer(socket::enter)
                .decorator(GrpcForm::served)
                .decorator(connections::requested)
                .maxNumConnections(Integer.MAX_VALUE)
                .gracefulShutdownTimeout(drain.compareTo(QUIET) < 0 ? Duration.ZERO : QUIET, drain)
                .requestTimeout(limits.handshakeTimeout().plus(AFTER_HANDSHAKES))
                .errorHandler(new GrpcErrors())
                .maxRequestLength(limits.body().bytes() + REQUEST_MARGIN_BYTES)
                .http2MaxStreamsPerConnection(limits.streamsPerConnection())
                .http2MaxHeaderListSize(headerBytes)
                .http1MaxHeaderSize(headerBytes)
                .http1MaxInitialLineLength(headerBytes)
                .http2MaxResetFramesPerWindow(RESETS, RESETS_SECONDS)
                // Clients with an open stream, or that ping, are alive; our pings find those that are not.
                .idleTimeout(limits.idleTimeout(), true)
                .disableServerHeader()
                // Errors of callers are not logged; the services log the server's own.
                .unloggedExceptionsReportIntervalMillis(0);
        Duration half = limits.idleTimeout().dividedBy(2);
        Duration ping = half.compareTo(LONGEST_PING) < 0 ? half : LONGEST_PING;
        if (ping.compareTo(SHORTEST_PING) >= 0) {
            listener.pingInterval(ping);
        }
    }

    /** Replaces what is served. */
    public void serve(List<Routes> served) {
        server.reconfigure(listener -> {
            build(listener, served);
            if (served.isEmpty()) {
                listener.serviceUnder("/", (context, request) -> HttpResponse.of(HttpStatus.NOT_FOUND));
            }
        });
    }

    /** Returns the bound port. */
    public int port() {
        return server.activeLocalPort();
    }

    /** Takes no more connections from now on, and asks the open ones to reconnect elsewhere. */
    public void drain() {
        socket.close();
    }

    /** Waits for the requests in progress, up to the time for draining, and ends the rest. */
    @Override
    public void close() {
        server.stop().join();
    }
}
