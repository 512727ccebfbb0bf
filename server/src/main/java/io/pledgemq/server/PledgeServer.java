package io.pledgemq.server;

import io.pledgemq.engine.Engine;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.access.AccessOptions;
import io.pledgemq.server.access.Capabilities;
import io.pledgemq.server.access.ServerAddress;
import io.pledgemq.server.alert.Alerts;
import io.pledgemq.server.audit.AuditLimits;
import io.pledgemq.server.audit.AuditLog;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.files.UnusableFileException;
import io.pledgemq.server.grpc.Authorizer;
import io.pledgemq.server.grpc.Rpc;
import io.pledgemq.server.health.Attention;
import io.pledgemq.server.health.Facts;
import io.pledgemq.server.health.Lifecycle;
import io.pledgemq.server.http.AdminHttp;
import io.pledgemq.server.http.AdminParts;
import io.pledgemq.server.net.Connections;
import io.pledgemq.server.net.GrpcRoutes;
import io.pledgemq.server.net.Guarded;
import io.pledgemq.server.net.HostPort;
import io.pledgemq.server.net.Routes;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One engine and everything that serves it. {@link #start} opens the parts one after another; {@link #close} lets
 * requests in progress finish and closes them in reverse.
 */
public final class PledgeServer implements AutoCloseable {
    /** What a gRPC message is longer than the largest body: properties and framing. */
    private static final int MESSAGE_MARGIN_BYTES = 1 << 20;

    private final Lifecycle lifecycle;
    /** How to close what is open, last opened first. */
    private final Deque<Closeable> opened;

    private final Listeners listeners;
    private final Rpc rpc;
    private final URI administration;

    private PledgeServer(ServerConfig config, Opening opening, List<Extension> extensions) throws StartException {
        this.lifecycle = opening.lifecycle;
        this.listeners = opening.listeners;
        this.opened = opening.opened;
        Observability observability = opening.observability;
        Alerts alerts = new Alerts(
                config.alerts(),
                name(listeners.port()),
                extensions.stream().map(Extension::alerts).toList());
        opened.push(alerts::close);
        Engine engine = Store.open(config, alerts, observability);
        opened.push(engine::close);
        Catalog catalog = Store.catalog(engine, config);
        Access access = access(config);
        UsersWatch users = UsersWatch.start(access);
        opened.push(users);
        AuditLog audit = audit(config);
        opened.push(audit::close);
        Authorizer authorizer = new Authorizer(access, audit);
        this.rpc = rpc(
                config, engine, catalog, authorizer, HostPort.of(config.listen().host(), listeners.port()));
        opened.push(rpc::close);
        Watchdog watchdog = new Watchdog(engine, config.watchdog().timeout(), PledgeServer::haltStuck);
        opened.push(watchdog::close);
        Routes messaging = new GrpcRoutes(
                List.of(observability.measured(rpc.service())),
                config.limits().body().intBytes() + MESSAGE_MARGIN_BYTES,
                config.access().authentication());
        Facts facts = new Facts(
                config.alerts(),
                audit,
                listeners.certificates(),
                users::trouble,
                topic -> rpc.connected().sendsTo(topic),
                alerts);
        Attention attention = Attention.start(engine, facts);
        opened.push(attention::close);
        List<Routes> administration =
                new ArrayList<>(observability.routes(engine, rpc, listeners.connections(), attention, access, audit));
        AdminParts parts = new AdminParts(engine, catalog, rpc.connected(), access, attention, config);
        administration.add(AdminHttp.routes(parts));
        extensions.forEach(extension -> administration.addAll(extension.routes(parts)));
        listeners.serve(List.of(messaging), administration);
        this.administration = listeners.administration(config);
        opened.push(address(config, this.administration));
        lifecycle.enter(Lifecycle.Phase.READY);
    }

    /** What is there before the engine is opened. */
    private record Opening(
            Lifecycle lifecycle, Observability observability, Listeners listeners, Deque<Closeable> opened) {}

    private static Access access(ServerConfig config) throws StartException {
        try {
            return Access.open(
                    new AccessOptions(
                            config.data(),
                            config.access().usersFile(),
                            config.access().authentication(),
                            AccessOptions.ANY_ZONE),
                    InstantSource.system());
        } catch (UnusableFileException e) {
            throw new StartException(ExitStatus.CREDENTIALS, String.valueOf(e.getMessage()), e);
        }
    }

    /** For commands on this machine, which look for it in the data directory. */
    private static ServerAddress address(ServerConfig config, URI administration) throws StartException {
        try {
            return ServerAddress.write(config.data(), administration);
        } catch (UnusableFileException e) {
            throw new StartException(ExitStatus.PERMISSION, String.valueOf(e.getMessage()), e);
        }
    }

    private static Rpc rpc(ServerConfig config, Engine engine, Catalog catalog, Authorizer authorizer, String endpoint)
            throws StartException {
        try {
            return new Rpc(engine, catalog, config, Capabilities.open(config.data()), authorizer, endpoint);
        } catch (UnusableFileException e) {
            throw new StartException(ExitStatus.CREDENTIALS, String.valueOf(e.getMessage()), e);
        }
    }

    private static AuditLog audit(ServerConfig config) {
        return AuditLog.open(config.auditDirectory(), InstantSource.system(), AuditLimits.DEFAULTS);
    }

    /** How this server is called where nobody gave it a name. */
    private static String name(int port) {
        try {
            return InetAddress.getLocalHost().getHostName() + ":" + port;
        } catch (UnknownHostException e) {
            return "localhost:" + port;
        }
    }

    private static void haltStuck() {
        Runtime.getRuntime().halt(ExitStatus.STUCK.code());
    }

    /** Starts a server without extensions. */
    public static PledgeServer start(ServerConfig config) throws StartException {
        return start(config, List.of());
    }

    /**
     * Starts everything, and returns when clients are served.
     *
     * @param extensions what modules above add to this server
     * @throws StartException if the server cannot start; nothing is left open then
     */
    public static PledgeServer start(ServerConfig config, List<Extension> extensions) throws StartException {
        GrpcRoutes.prepare();
        Lifecycle lifecycle = new Lifecycle();
        Observability observability = new Observability(config, lifecycle);
        Deque<Closeable> opened = new ArrayDeque<>();
        opened.push(observability::close);
        boolean complete = false;
        try {
            Listeners listeners = Listeners.open(config, observability.early());
            opened.push(listeners::close);
            PledgeServer server =
                    new PledgeServer(config, new Opening(lifecycle, observability, listeners, opened), extensions);
            complete = true;
            return server;
        } finally {
            if (!complete) {
                var unused = closeAll(opened);
            }
        }
    }

    /** Whether the server is ready, and why not. */
    public Lifecycle lifecycle() {
        return lifecycle;
    }

    /** Who is connected. */
    public Connections connections() {
        return listeners.connections();
    }

    /** Port where messaging clients connect. */
    public int port() {
        return listeners.port();
    }

    /** Port of administration, metrics and health: the one of all if none is configured. */
    public int adminPort() {
        return listeners.adminPort();
    }

    /** Where tools on this machine reach administration, metrics and health. */
    public URI administration() {
        return administration;
    }

    /** Returns whether a browser or tool reaches administration, metrics and health without TLS. */
    public boolean plaintext() {
        return listeners.plaintext();
    }

    /**
     * Not ready from now on: nothing new is prepared, waiting polls are answered, clients are sent elsewhere, and what
     * is in progress may finish within {@code shutdown.drain-timeout}. Then everything is closed.
     *
     * @throws IOException if the log could not be closed in order; what was acknowledged is durable all the same
     */
    @Override
    public void close() throws IOException {
        if (lifecycle.now().phase() != Lifecycle.Phase.READY) {
            return;
        }
        lifecycle.enter(Lifecycle.Phase.DRAINING);
        Guarded.run("sending clients elsewhere", rpc::drain);
        Guarded.run("the end of the listening addresses", listeners::close);
        Optional<Throwable> failed = closeAll(opened);
        lifecycle.enter(Lifecycle.Phase.STOPPED);
        if (failed.isPresent()) {
            throw failed.get() instanceof IOException io
                    ? io
                    : new IOException("a part of the server did not end in order: " + failed.get(), failed.get());
        }
    }

    /** Closes all, whatever goes wrong with one of them. Returns what went wrong first. */
    static Optional<Throwable> closeAll(Deque<Closeable> opened) {
        Optional<Throwable> first = Optional.empty();
        while (!opened.isEmpty()) {
            Closeable part = opened.pop();
            Optional<Throwable> failed = Guarded.run("the end of a part of the server", part::close);
            first = first.or(() -> failed);
        }
        return first;
    }
}
