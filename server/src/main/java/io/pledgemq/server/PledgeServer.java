package io.pledgemq.server;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.access.AccessConfig;
import io.pledgemq.server.access.AccessFileException;
import io.pledgemq.server.access.AuditLimits;
import io.pledgemq.server.access.AuditLog;
import io.pledgemq.server.access.Capabilities;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.catalog.GroupDefaults;
import io.pledgemq.server.config.NewGroupsConfig;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.config.TopicSetting;
import io.pledgemq.server.grpc.Rpc;
import io.pledgemq.server.http.AdminHttp;
import io.pledgemq.server.http.AdminParts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;

/** A process's server: one engine and everything that serves it. */
public final class PledgeServer implements AutoCloseable {
    private final Engine engine;
    private final Rpc rpc;
    private final AuditLog audit;
    private final Server server;

    private PledgeServer(Engine engine, Rpc rpc, AuditLog audit, Server server) {
        this.engine = engine;
        this.rpc = rpc;
        this.audit = audit;
        this.server = server;
    }

    public static PledgeServer start(ServerConfig config) throws IOException, AccessFileException {
        Engine engine = Engine.open(config.data(), config.engine());
        var defaults = new GroupDefaults(
                config.newGroups().create(),
                config.newGroups().maxAttempts(),
                config.newGroups().retry(),
                config.newGroups().startFrom() == NewGroupsConfig.StartFrom.EARLIEST);
        Catalog catalog = Catalog.load(engine, defaults, 8);
        for (TopicSetting topic : config.topics()) {
            Outcome outcome = catalog.createTopic(topic.name(), topic.type()).join();
            if (outcome instanceof Outcome.Refused refused) {
                throw new IOException(refused.text());
            }
        }
        Access access = Access.open(
                new AccessConfig(
                        config.data(),
                        config.access().usersFile(),
                        config.access().authentication(),
                        AccessConfig.ANY_ZONE),
                InstantSource.system());
        Rpc rpc = new Rpc(engine, catalog, config, Capabilities.open(config.data()), access);
        GrpcService grpc = GrpcService.builder()
                .addService(rpc.service())
                .maxRequestMessageLength(config.limits().body().intBytes() + (1 << 20))
                .build();
        AuditLog audit = AuditLog.open(config.data().resolve("audit"), InstantSource.system(), AuditLimits.DEFAULTS);
        ServerBuilder builder = Server.builder()
                .port(
                        new InetSocketAddress(
                                config.listen().host(), config.listen().port()),
                        SessionProtocol.HTTP,
                        SessionProtocol.HTTPS)
                .tlsSelfSigned()
                .defaultHostname("localhost")
                .maxRequestLength(0)
                .requestTimeoutMillis(0)
                .service(grpc);
        AdminHttp.serve(builder, new AdminParts(engine, catalog, rpc.connected(), access, audit, config));
        Server server = builder.build();
        server.start().join();
        return new PledgeServer(engine, rpc, audit, server);
    }

    public int port() {
        return server.activeLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.stop().join();
        rpc.close();
        audit.close();
        engine.close();
    }
}
