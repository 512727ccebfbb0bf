package io.pledgemq.server;

import io.pledgemq.rpc.v2.MessagingServiceGrpc;
import io.pledgemq.server.config.BindRule;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.config.TlsConfig;
import io.pledgemq.server.doctor.ListenPort;
import io.pledgemq.server.net.Connections;
import io.pledgemq.server.net.Guarded;
import io.pledgemq.server.net.Listener;
import io.pledgemq.server.net.Routes;
import io.pledgemq.server.tls.Certificates;
import io.pledgemq.server.tls.UnusableCertificateException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses that the server listens to: one for everything, or one for clients and one for administration. */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private static final Set<String> STREAMS =
            Set.of("/" + MessagingServiceGrpc.getTelemetryMethod().getFullMethodName());

    private final Connections connections;
    private final boolean plaintext;
    private final @Nullable Certificates certificates;
    private final Listener messaging;
    private final @Nullable Listener admin;

    private Listeners(
            Connections connections,
            boolean plaintext,
            @Nullable Certificates certificates,
            Listener messaging,
            @Nullable Listener admin) {
        this.connections = connections;
        this.plaintext = plaintext;
        this.certificates = certificates;
        this.messaging = messaging;
        this.admin = admin;
    }

    /**
     * Binds all addresses if that is safe.
     *
     * @param early served by the address of administration from now on
     */
    static Listeners open(ServerConfig config, List<Routes> early) throws StartException {
        InetSocketAddress address =
                resolve(config.listen().host(), config.listen().port());
        InetSocketAddress adminAddress = config.admin().port().isEmpty()
                ? null
                : resolve(config.admin().host(), config.admin().port().get());
        boolean plaintext = plaintextAllowed(config, address, adminAddress);
        Connections connections = new Connections(config.limits(), STREAMS);
        Store.makeDirectory(config);
        Certificates certificates = config.tls().enabled() ? certificates(config) : null;
        Listener messaging = null;
        boolean complete = false;
        try {
            messaging = bind(
                    config,
                    listener(config, address, plaintext, certificates),
                    connections,
                    adminAddress == null ? early : List.of());
            Listener admin = adminAddress == null
                    ? null
                    : bind(config, listener(config, adminAddress, plaintext, certificates), connections, early);
            complete = true;
            return new Listeners(connections, plaintext, certificates, messaging, admin);
        } finally {
            if (!complete) {
                close(messaging, certificates);
            }
        }
    }

    private static void close(@Nullable Listener listener, @Nullable Certificates certificates) {
        if (listener != null) {
            Guarded.run("the end of an address", listener::close);
        }
        if (certificates != null) {
            certificates.close();
        }
    }

    private static InetSocketAddress resolve(String host, int port) throws StartException {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw StartException.of(
                    ExitStatus.ADDRESS,
                    "Cannot listen on " + host + ":" + port + ".",
                    "no address is known for the host name " + host + ".",
                    "correct listen.host or admin.host, or use an IP address.",
                    e);
        }
    }

    private static boolean plaintextAllowed(
            ServerConfig config, InetSocketAddress address, @Nullable InetSocketAddress adminAddress)
            throws StartException {
        List<InetAddress> all = new ArrayList<>(List.of(address.getAddress()));
        if (adminAddress != null) {
            all.add(adminAddress.getAddress());
        }
        BindRule.Verdict verdict = BindRule.judge(new BindRule.Binding(
                BindRule.reachable(all),
                config.access().authentication(),
                config.tls().enabled(),
                config.access().insecure()));
        if (!verdict.allowed()) {
            throw new StartException(ExitStatus.CONFIGURATION, verdict.message(), null);
        }
        if (verdict.exposed()) {
            LOG.warn("{}", verdict.message());
        }
        return verdict.plaintext() && config.tls().clientCertificate() != TlsConfig.ClientCertificate.REQUIRED;
    }

    private static Certificates certificates(ServerConfig config) throws StartException {
        try {
            return Certificates.open(config, InstantSource.system());
        } catch (UnusableCertificateException e) {
            throw new StartException(ExitStatus.CREDENTIALS, String.valueOf(e.getMessage()), e);
        }
    }

    private static Listener.Address listener(
            ServerConfig config, InetSocketAddress address, boolean plaintext, @Nullable Certificates certificates) {
        return new Listener.Address(
                address, plaintext, certificates, config.tls().clientCertificate());
    }

    private static Listener bind(
            ServerConfig config, Listener.Address address, Connections connections, List<Routes> early)
            throws StartException {
        try {
            return Listener.open(address, connections, early, config.shutdown().drainTimeout());
        } catch (IOException e) {
            throw StartException.of(
                    ExitStatus.ADDRESS,
                    "Cannot listen on " + address.socket().getHostString() + ":"
                            + address.socket().getPort() + ".",
                    e.getMessage() + "." + holder(address.socket()),
                    "stop the program that has the port, or choose another with --port or listen.port; ports below 1024"
                            + " need a privilege.",
                    e);
        }
    }

    private static String holder(InetSocketAddress socket) {
        return new ListenPort(socket.getHostString(), socket.getPort(), "port")
                .seen()
                .map(process -> " The port is held by " + process + ".")
                .orElse("");
    }

    /** Serves these from now on. */
    void serve(List<Routes> forClients, List<Routes> forAdministration) {
        if (admin == null) {
            List<Routes> all = new ArrayList<>(forClients);
            all.addAll(forAdministration);
            messaging.serve(all);
        } else {
            messaging.serve(forClients);
            admin.serve(forAdministration);
        }
    }

    Connections connections() {
        return connections;
    }

    /** Null without TLS. */
    @Nullable
    Certificates certificates() {
        return certificates;
    }

    boolean plaintext() {
        return plaintext;
    }

    int port() {
        return messaging.port();
    }

    int adminPort() {
        return admin == null ? messaging.port() : admin.port();
    }

    /** Where tools on this machine reach administration. A listener on every address is reached over loopback too. */
    URI administration(ServerConfig config) {
        String host = config.admin().port().isPresent()
                ? config.admin().host()
                : config.listen().host();
        String reached =
                switch (host) {
                    case "0.0.0.0" -> "127.0.0.1";
                    case "::", "[::]" -> "::1";
                    default -> host;
                };
        String authority = reached.contains(":") && !reached.startsWith("[") ? "[" + reached + "]" : reached;
        return URI.create((plaintext ? "http://" : "https://") + authority + ":" + adminPort());
    }

    /** Waits for requests in progress, then cuts the rest. The admin address, which says how it goes, ends last. */
    @Override
    public void close() {
        Guarded.run("sending clients elsewhere", messaging::drain);
        Guarded.run("the end of the clients' address", messaging::close);
        close(admin, certificates);
    }
}
