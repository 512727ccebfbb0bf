package io.pledgemq.server.metrics;

import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pledgemq.engine.view.EngineStats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All metrics. The engine is asked at most once a second, however many scrape, since counting takes the writer's time.
 * Thread-safe.
 */
public final class Metrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);
    private static final long ENGINE_ANSWERS_WITHIN_SECONDS = 10;
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PrometheusMeterRegistry registry;
    private final ForceMetrics forces = new ForceMetrics();
    private final RpcMetrics rpc;
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private volatile @Nullable Sources sources;
    private @Nullable EngineStats stats;
    private long askedNanos;

    public Metrics() {
        PrometheusRegistry prometheus = new PrometheusRegistry();
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);
        rpc = new RpcMetrics(registry);
        for (MeterBinder binder : List.of(
                gc,
                new JvmMemoryMetrics(),
                new JvmThreadMetrics(),
                new ProcessorMetrics(),
                new FileDescriptorMetrics(),
                new UptimeMetrics())) {
            binder.bindTo(registry);
        }
        MultiCollector own = this::collect;
        prometheus.register(own);
    }

    /** For the engine's configuration. */
    public ForceMetrics forces() {
        return forces;
    }

    /** For the messaging service. */
    public ServerInterceptor rpc() {
        return rpc;
    }

    /** What is there only when the engine is open. */
    public void watch(Sources newSources) {
        sources = newSources;
    }

    /** In the text format of Prometheus. Waits for the engine. */
    public String scrape() {
        return registry.scrape();
    }

    private MetricSnapshots collect() {
        Sources from = sources;
        if (from == null) {
            return MetricSnapshots.of();
        }
        Optional<EngineStats> engine = stats(from);
        Stream<MetricSnapshot> all = Stream.of(
                        Stream.of(Family.gauge("pledgemq_engine_up", "1 if the engine answered this scrape.")
                                        .add(engine.isPresent() ? 1 : 0))
                                .map(Family::snapshot),
                        engine.stream()
                                .flatMap(now -> new EngineMetrics(now, EngineMetrics.ROWS).families())
                                .map(Family::snapshot),
                        from.families().map(Family::snapshot),
                        forces.snapshots())
                .flatMap(family -> family);
        return new MetricSnapshots(
                all.filter(family -> !family.getDataPoints().isEmpty()).toList());
    }

    private synchronized Optional<EngineStats> stats(Sources from) {
        if (stats != null && System.nanoTime() - askedNanos < KEPT_NANOS) {
            return Optional.of(stats);
        }
        try {
            stats = from.engine().desk().stats().get(ENGINE_ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS);
            askedNanos = System.nanoTime();
            return Optional.of(stats);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the engine did not answer a scrape: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
