package io.pledgemq.server.http;

import io.pledgemq.engine.Engine;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.audit.AuditLog;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.clients.ConnectedClients;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.health.Attention;

/** What the administration works on. */
public record AdminParts(
        Engine engine,
        Catalog catalog,
        ConnectedClients clients,
        Access access,
        Attention attention,
        ServerConfig config) {
    AuditLog audit() {
        return attention.facts().audit();
    }
}
