package io.pledgemq.server.grpc;

import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.pledgemq.engine.Engine;
import io.pledgemq.server.access.Capabilities;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.clients.ConnectedClients;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.net.Guarded;

/** The RocketMQ 5 service around one engine. */
public final class Rpc implements AutoCloseable {
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
        ServiceLimits limits = ServiceLimits.of(config);
        this.toWire = new MessageToWire(endpoint);
        this.clients = new Clients(engine, limits, toWire, handles);
        this.bodies = new BodyBudget(limits.bodies().unread(), limits.bodies().unreadOfAll());
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

    /** Returns the service to mount. */
    public ServerServiceDefinition service() {
        return service;
    }

    /** Begins the stop: refuses new prepares and polls, answers waiting polls, ends telemetry streams. */
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
