package io.pledgemq.server;

import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.pledgemq.engine.Engine;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.audit.AuditLog;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.grpc.Rpc;
import io.pledgemq.server.health.Attention;
import io.pledgemq.server.health.Health;
import io.pledgemq.server.health.Lifecycle;
import io.pledgemq.server.health.Probes;
import io.pledgemq.server.health.RecoveryProgress;
import io.pledgemq.server.http.AdminHttp;
import io.pledgemq.server.metrics.Metrics;
import io.pledgemq.server.metrics.MetricsPage;
import io.pledgemq.server.metrics.Sources;
import io.pledgemq.server.net.Connections;
import io.pledgemq.server.net.Routes;
import java.util.List;

/** Probes, served before the engine is open, and metrics, served from then on. */
final class Observability implements AutoCloseable {
    private final ServerConfig config;
    private final RecoveryProgress recovery = new RecoveryProgress();
    private final Health health;
    private final Probes probes;
    private final Metrics metrics = new Metrics();

    Observability(ServerConfig config, Lifecycle lifecycle) {
        this.config = config;
        this.health = new Health(lifecycle, recovery);
        this.probes = new Probes(health);
    }

    RecoveryProgress recovery() {
        return recovery;
    }

    Metrics metrics() {
        return metrics;
    }

    /** Served while the engine recovers. */
    List<Routes> early() {
        return config.health() ? List.of(probes) : List.of();
    }

    /** Measures the calls of a service. */
    ServerServiceDefinition measured(ServerServiceDefinition service) {
        return config.metrics() ? ServerInterceptors.intercept(service, metrics.rpc()) : service;
    }

    /** Served from when the engine is open. */
    List<Routes> routes(
            Engine engine, Rpc rpc, Connections connections, Attention attention, Access access, AuditLog audit) {
        health.watchDisk(engine::diskFull);
        health.watchAttention(attention::last);
        if (!config.metrics()) {
            return early();
        }
        metrics.watch(new Sources(
                engine,
                rpc.connected(),
                connections,
                attention,
                config.data(),
                config.store().diskReserve().bytes()));
        MetricsPage page = new MetricsPage(metrics, access, audit, AdminHttp.names(config));
        return config.health() ? List.of(probes, page) : List.of(page);
    }

    @Override
    public void close() {
        metrics.close();
    }
}
