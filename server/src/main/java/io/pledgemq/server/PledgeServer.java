package io.pledgemq.server;

import com.linecorp.armeria.server.grpc.GrpcService;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.access.AccessFileException;
import io.pledgemq.server.access.AccessOptions;
import io.pledgemq.server.access.AuditLimits;
import io.pledgemq.server.access.AuditLog;
import io.pledgemq.server.access.Capabilities;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.catalog.GroupDefaults;
import io.pledgemq.server.config.GroupSetting;
import io.pledgemq.server.config.NewGroupsConfig;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.config.TopicSetting;
import io.pledgemq.server.grpc.Rpc;
import io.pledgemq.server.http.AdminHttp;
import io.pledgemq.server.http.AdminParts;
import io.pledgemq.server.net.Front;
import io.pledgemq.server.net.Lifecycle;
import io.pledgemq.server.net.Routes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One engine and everything that serves it. Whatever {@link #start} opened, {@link #close} closes in reverse order. */
public final class PledgeServer implements AutoCloseable {
    private final Lifecycle lifecycle = new Lifecycle();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Front front;
    private final @Nullable Front adminFront;

    private PledgeServer(ServerConfig config) throws IOException, AccessFileException {
        boolean complete = false;
        try {
            front = keep(Front.open(
                    new InetSocketAddress(
                            config.listen().host(), config.listen().port()),
                    config.limits(),
                    List.of(),
                    config.shutdown().drainTimeout()));
            adminFront = config.admin().port().isEmpty()
                    ? null
                    : keep(Front.open(
                            new InetSocketAddress(
                                    config.admin().host(), config.admin().port().get()),
                            config.limits(),
                            List.of(),
                            config.shutdown().drainTimeout()));
            Engine engine = keep(Engine.open(config.data(), config.engine()));
            Catalog catalog = catalog(engine, config);
            Access access = Access.open(
                    new AccessOptions(
                            config.data(),
                            config.access().usersFile(),
                            config.access().authentication(),
                            AccessOptions.ANY_ZONE),
                    InstantSource.system());
            Rpc rpc = keep(new Rpc(engine, catalog, config, Capabilities.open(config.data()), access));
            Routes messaging = listener -> listener.service(GrpcService.builder()
                            .addService(rpc.service())
                            .maxRequestMessageLength(config.limits().body().intBytes() + (1 << 20))
                            .build())
                    .maxRequestLength(0)
                    .requestTimeoutMillis(0);
            AuditLog audit =
                    keep(AuditLog.open(config.data().resolve("audit"), InstantSource.system(), AuditLimits.DEFAULTS));
            Routes admin = AdminHttp.routes(new AdminParts(engine, catalog, rpc.connected(), access, audit, config));
            if (adminFront == null) {
                front.serve(List.of(messaging, admin));
            } else {
                front.serve(List.of(messaging));
                adminFront.serve(List.of(admin));
            }
            lifecycle.enter(Lifecycle.Phase.READY);
            complete = true;
        } finally {
            if (!complete) {
                closeAll();
            }
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Starts everything, and returns when clients are served. */
    public static PledgeServer start(ServerConfig config) throws IOException, AccessFileException {
        return new PledgeServer(config);
    }

    private static Catalog catalog(Engine engine, ServerConfig config) throws IOException {
        var defaults = new GroupDefaults(
                config.newGroups().create(),
                config.newGroups().maxAttempts(),
                config.newGroups().retry(),
                config.newGroups().startFrom() == NewGroupsConfig.StartFrom.EARLIEST);
        Catalog catalog = Catalog.load(engine, defaults);
        for (TopicSetting topic : config.topics()) {
            if (catalog.topic(topic.name()) == null) {
                created(catalog.createTopic(topic.engine()).join(), "topic " + topic.name());
            }
        }
        for (GroupSetting group : config.groups()) {
            if (catalog.group(group.name()) == null) {
                created(catalog.putGroup(group.engine()).join(), "group " + group.name());
            }
        }
        return catalog;
    }

    private static void created(Outcome outcome, String what) throws StartException {
        if (outcome instanceof Outcome.Refused refused) {
            throw StartException.of(
                    ExitStatus.CONFIGURATION,
                    "Cannot create the configured " + what + ".",
                    refused.text(),
                    "correct the configuration, or free disk space if that is what is missing.",
                    null);
        }
    }

    /** Whether the server is ready, and why not. */
    public Lifecycle lifecycle() {
        return lifecycle;
    }

    /** Port where messaging clients connect. */
    public int port() {
        return front.port();
    }

    /** Port of administration, metrics and health: the one of all if none is configured. */
    public int adminPort() {
        return adminFront == null ? front.port() : adminFront.port();
    }

    @Override
    public void close() throws IOException {
        lifecycle.enter(Lifecycle.Phase.DRAINING);
        closeAll();
        lifecycle.enter(Lifecycle.Phase.STOPPED);
    }

    private void closeAll() throws IOException {
        IOException failed = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (IOException e) {
                failed = e;
            } catch (Exception e) {
                failed = new IOException(e);
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
