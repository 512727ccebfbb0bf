package io.pledgemq.server.grpc;

import io.pledgemq.engine.Engine;
import io.pledgemq.server.catalog.Catalog;

/** What the endpoints share. */
record Endpoints(
        Engine engine,
        Catalog catalog,
        Clients clients,
        Authorizer authorizer,
        Handles handles,
        ServiceLimits limits,
        MessageToWire toWire,
        AnswerExecutor answers,
        BodyBudget bodies,
        ReceiverFilters filters,
        Draining draining) {}
