package io.pledgemq.bench;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.view.EngineStats;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Durable prepare, commit, deliver and acknowledge, as many as the engine takes. */
@Command(
        name = "engine",
        description = "Prepare + commit + deliver + ack per second, each step acknowledged after its force.",
        mixinStandardHelpOptions = true)
final class EngineBench implements Callable<Integer> {
    private static final int MAX_IN_FLIGHT = 100_000;
    private static final int DEFAULT_IN_FLIGHT = 1000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @ArgGroup
    private Load load = new Load();

    /** How the load is made. */
    static final class Load {
        @Option(names = "--submitters", description = "blocking threads, each doing one transaction after another")
        @Nullable
        Integer submitters;

        @Option(names = "--in-flight", description = "transactions in flight, submitted asynchronously (default: 1000)")
        @Nullable
        Integer inFlight;

        int openTransactions() {
            return submitters != null ? submitters : inFlight != null ? inFlight : DEFAULT_IN_FLIGHT;
        }
    }

    @Option(names = "--seconds", defaultValue = "10", description = "measured time (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warmup", defaultValue = "5", description = "seconds before it (default: ${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Option(names = "--body", defaultValue = "1024", description = "bytes of a body (default: ${DEFAULT-VALUE})")
    private int bodyBytes;

    @Option(
            names = "--data",
            description = "data directory, must not exist; removed afterwards (default: a new one here)")
    private Path data = Path.of("pledgemq-bench-data");

    @Option(names = "--json", description = "one line of JSON")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        checkArguments();
        try (BenchDirectory directory = BenchDirectory.create(data);
                Engine engine = Engine.open(directory.path(), EngineConfig.defaults())) {
            Workload workload = new Workload(engine, bodyBytes);
            workload.prepareTopic();
            Driver driver = load.submitters != null
                    ? new BlockingDriver(workload, load.submitters)
                    : new AsyncDriver(workload, load.openTransactions(), true);
            driver.run(warmupSeconds);
            EngineStats before = engine.desk().stats().join();
            long begin = System.nanoTime();
            Histogram micros = driver.run(seconds);
            double elapsed = (System.nanoTime() - begin) / 1e9;
            EngineStats after = engine.desk().stats().join();
            print(micros, elapsed, after.forces() - before.forces(), after.commands() - before.commands());
        }
        return 0;
    }

    private void checkArguments() {
        int open = load.openTransactions();
        if (seconds < 1 || warmupSeconds < 0 || open < 1 || open > MAX_IN_FLIGHT) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--seconds must be at least 1, --warmup at least 0, --submitters and --in-flight 1 to "
                            + MAX_IN_FLIGHT);
        }
        Limits limits = EngineConfig.defaults().limits();
        if (bodyBytes < 0 || bodyBytes > limits.bodyBytes()) {
            throw new ParameterException(
                    spec.commandLine(), "--body must be 0 to " + limits.bodyBytes() + ", the engine's limit bodyBytes");
        }
        if ((long) open * bodyBytes > limits.bytesInFlight()) {
            throw new ParameterException(
                    spec.commandLine(),
                    open + " transactions at a time with --body " + bodyBytes
                            + " may exceed the engine's limit bytesInFlight="
                            + limits.bytesInFlight() + ": take --in-flight or --submitters "
                            + limits.bytesInFlight() / bodyBytes + " at most");
        }
    }

    private void print(Histogram micros, double elapsed, long forces, long commands) {
        String mode =
                load.submitters != null ? load.submitters + " submitters" : "in flight " + load.openTransactions();
        String format = json
                ? "{\"opsPerSecond\":%.0f,\"p50Us\":%d,\"p99Us\":%d,\"p999Us\":%d,\"fsyncsPerSecond\":%.0f,\"commandsPerFsync\":%.1f}%n"
                : mode + ", body " + bodyBytes
                        + " bytes: %.0f transactions/s, p50 %d us, p99 %d us, p99.9 %d us, %.0f fsync/s, %.1f commands per fsync%n";
        System.out.printf(
                Locale.ROOT,
                format,
                micros.getTotalCount() / elapsed,
                micros.getValueAtPercentile(50),
                micros.getValueAtPercentile(99),
                micros.getValueAtPercentile(99.9),
                forces / elapsed,
                (double) commands / Math.max(1, forces));
    }
}
