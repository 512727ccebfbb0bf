package io.pledgemq.server;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.access.AccessOptions;
import io.pledgemq.server.access.AccessFileException;
import io.pledgemq.server.access.Capabilities;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.catalog.GroupDefaults;
import io.pledgemq.server.config.GroupSetting;
import io.pledgemq.server.config.NewGroupsConfig;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.config.TopicSetting;
import io.pledgemq.server.grpc.Rpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;

/** A process's server: one engine and everything that serves it. */
public final class PledgeServer implements AutoCloseable {
    private final Engine engine;
    private final Rpc rpc;
    private final Server server;

    private PledgeServer(Engine engine, Rpc rpc, Server server) {
        this.engine = engine;
        this.rpc = rpc;
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
        for (GroupSetting group : config.groups()) {
            if (catalog.group(group.name()) == null
                    && catalog.putGroup(group.engine()).join() instanceof Outcome.Refused refused) {
                throw new IOException(refused.text());
            }
        }
        Access access = Access.open(
                new AccessOptions(
                        config.data(),
                        config.access().usersFile(),
                        config.access().authentication(),
                        AccessOptions.ANY_ZONE),
                InstantSource.system());
        Rpc rpc = new Rpc(engine, catalog, config, Capabilities.open(config.data()), access);
        GrpcService grpc = GrpcService.builder()
                .addService(rpc.service())
                .maxRequestMessageLength(config.limits().body().intBytes() + (1 << 20))
                .build();
        Server server = Server.builder()
                .port(
                        new InetSocketAddress(
                                config.listen().host(), config.listen().port()),
                        SessionProtocol.HTTP,
                        SessionProtocol.HTTPS)
                .tlsSelfSigned()
                .defaultHostname("localhost")
                .maxRequestLength(0)
                .requestTimeoutMillis(0)
                .service(grpc)
                .build();
        server.start().join();
        return new PledgeServer(engine, rpc, server);
    }

    public int port() {
        return server.activeLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.stop().join();
        rpc.close();
        engine.close();
    }
}
