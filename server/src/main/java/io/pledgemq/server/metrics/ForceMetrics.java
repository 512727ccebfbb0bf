package io.pledgemq.server.metrics;

import io.pledgemq.engine.command.ForceListener;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Measures how long a force takes, and how many commands share one. Costs the writer some nanoseconds. */
public final class ForceMetrics implements ForceListener {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long[] MICROS = {
        50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000
    };

    private final Buckets nanos = new Buckets(
            LongStream.of(MICROS).map(TimeUnit.MICROSECONDS::toNanos).toArray());
    private final Buckets commands = new Buckets(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024);

    @Override
    public void forced(long forceNanos, int forcedCommands) {
        nanos.count(forceNanos);
        commands.count(forcedCommands);
    }

    Stream<MetricSnapshot> snapshots() {
        return Stream.of(
                nanos.snapshot(
                        "pledgemq_force_seconds",
                        "Time to write a batch to the log and force it to the disk.",
                        NANOS_PER_SECOND),
                commands.snapshot("pledgemq_force_commands", "Commands that shared one force.", 1));
    }
}
