package io.pledgemq.server.config;

import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.Limits;
import java.nio.file.Path;
import java.util.List;

/**
 * All settings of a server. Immutable; read by {@link ConfigLoader}, which has checked every value and that they fit
 * each other. The {@code @Setting} of each component has its meaning, default and range, as docs/configuration.md does.
 */
public record ServerConfig(
        @Setting(
                value = "./pledgemq-data",
                text = "Directory of everything the server keeps; created if it is not there."
                        + " A relative path starts at the working directory.")
        Path data,

        ListenConfig listen,
        AdminConfig admin,
        TlsConfig tls,
        AccessConfig access,

        @Setting(text = "Topics to create at start. A topic that is there stays as it is.")
        List<TopicSetting> topics,

        @Setting(text = "Consumer groups to create at start. A group that is there stays as it is.")
        List<GroupSetting> groups,

        NewGroupsConfig newGroups,
        DeliveryConfig delivery,
        ChecksConfig checks,
        LimitsConfig limits,
        StoreConfig store,

        @Setting(
                value = "pledgemq",
                text =
                        "Where PledgeMQ differs from RocketMQ on purpose: `pledgemq` goes its own way, `rocketmq` does as"
                                + " RocketMQ does. [compatibility.md](compatibility.md) lists every such point with its reason.")
        Compatibility compatibility,

        @Setting(value = "on", text = "Serves Prometheus metrics at `/metrics`.")
        boolean metrics,

        @Setting(value = "on", text = "Serves `/livez` and `/readyz`, and the gRPC health service.")
        boolean health,

        AlertsConfig alerts,
        AuditConfig audit,
        LoggingConfig logging,
        ShutdownConfig shutdown,
        WatchdogConfig watchdog) {

    public ServerConfig {
        topics = List.copyOf(topics);
        groups = List.copyOf(groups);
    }

    /** Directory of the audit log. */
    public Path auditDirectory() {
        return audit.directory().orElse(data.resolve("audit"));
    }

    /** The configuration of a server that nobody configured. */
    public static ServerConfig defaults() {
        return ConfigLoader.defaults();
    }

    /**
     * The part that is the engine's. Clock, alert listener and fatal handler are the engine's defaults.
     *
     * @throws IllegalArgumentException if the largest message does not fit a segment; never after a check by the loader
     */
    public EngineConfig engine() {
        Limits engineLimits = limits.engine();
        return EngineConfig.defaults()
                .withLog(store.engine(engineLimits))
                .withLimits(engineLimits)
                .withChecks(checks.engine())
                .withRetention(store.retention())
                .withSnapshotEveryBytes(store.snapshotEvery().bytes());
    }
}
