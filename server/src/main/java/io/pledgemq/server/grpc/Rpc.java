package io.pledgemq.server.grpc;

import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.pledgemq.engine.Engine;
import io.pledgemq.server.access.Capabilities;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.clients.ConnectedClients;
import io.pledgemq.server.config.Compatibility;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.net.Guarded;
import java.time.Duration;

/** The RocketMQ 5 service around one engine. */
public final class Rpc implements AutoCloseable {
    private static final int MESSAGES_PER_SEND = 1_000;

    /** The end of the year 9999, as protobuf has it. */
    private static final long LATEST_SECOND = 253_402_300_799L;

    private static final Duration CLIENT_SILENCE = Duration.ofSeconds(60);

    private final Clients clients;
    private final MessageToWire toWire;
    private final Draining draining = new Draining();
    private final BodyBudget bodies;
    private final AnswerExecutor answers = AnswerExecutor.onThreads();
    private final ServerServiceDefinition service;

    /** @param endpoint address that clients reach this server by, as host:port */
    public Rpc(
            Engine engine,
            Catalog catalog,
            ServerConfig config,
            Capabilities capabilities,
            Authorizer authorizer,
            String endpoint) {
        Handles handles = new Handles(capabilities, authorizer);
        ServiceLimits limits = limits(config);
        this.toWire = new MessageToWire(endpoint);
        this.clients = new Clients(engine, limits, toWire, handles);
        this.bodies = new BodyBudget(limits.unreadBodies(), limits.unreadBodiesOfAll());
        Endpoints endpoints = new Endpoints(
                engine,
                catalog,
                clients,
                authorizer,
                handles,
                limits,
                toWire,
                answers,
                bodies,
                new ReceiverFilters(limits),
                draining);
        this.service =
                ServerInterceptors.intercept(new MessagingEndpoint(endpoints), new CallerInterceptor(authorizer));
    }

    private static ServiceLimits limits(ServerConfig config) {
        var delivery = config.delivery();
        var checks = config.checks();
        var limits = config.limits();
        boolean likeRocketMq = config.compatibility() == Compatibility.ROCKETMQ;
        int propertiesBytes = limits.propertiesSize().intBytes();
        if (likeRocketMq) {
            propertiesBytes = Math.min(propertiesBytes, RocketMq.PROPERTIES_BYTES);
        }
        return new ServiceLimits(
                limits.body().intBytes(),
                limits.properties(),
                propertiesBytes,
                likeRocketMq ? propertiesBytes : limits.tag().intBytes(),
                likeRocketMq
                        ? Math.max(limits.filter().intBytes(), propertiesBytes)
                        : limits.filter().intBytes(),
                likeRocketMq ? RocketMq.shorter(limits.delay()) : limits.delay(),
                LATEST_SECOND,
                MESSAGES_PER_SEND,
                delivery.batch(),
                delivery.pollsPerConsumer(),
                limits.streamsPerConnection(),
                delivery.longPoll(),
                delivery.longPollMin(),
                delivery.longPollMax(),
                limits.unreadBodies().bytes(),
                limits.unreadBodiesOfAll().bytes(),
                delivery.waitingPerGroup(),
                delivery.pushLease(),
                delivery.invisibleMin(),
                delivery.invisibleMax(),
                checks.first(),
                checks.inFlightPerClient(),
                limits.connections(),
                CLIENT_SILENCE,
                likeRocketMq);
    }

    /** To be served. */
    public ServerServiceDefinition service() {
        return service;
    }

    /** Going down: nothing new is prepared or polled, waiting polls are answered, telemetry streams end. */
    public void drain() {
        draining.begin();
        clients.all()
                .forEach(client ->
                        Guarded.run("the goodbye to client " + client.caller().clientId(), client::goodbye));
        draining.endStreams();
    }

    /** Returns the connected clients. */
    public ConnectedClients connected() {
        return new ClientDirectory(clients, toWire, bodies);
    }

    @Override
    public void close() {
        answers.close();
        clients.close();
    }
}
