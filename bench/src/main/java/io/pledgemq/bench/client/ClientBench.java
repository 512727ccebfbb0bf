package io.pledgemq.bench.client;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The official client against an endpoint: one line of JSON for each scenario and number of threads. */
@Command(
        name = "client",
        description =
                "The official RocketMQ 5 Java client against any RocketMQ 5 endpoint, one JSON line per scenario.",
        mixinStandardHelpOptions = true)
public final class ClientBench implements Callable<Integer> {
    private static final int MAX_THREADS = 1_024;
    private static final long DRAIN_SECONDS = 60;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private Target target = new Target();

    @Option(
            names = "--threads",
            split = ",",
            defaultValue = "1,16,64",
            description = "sending threads (default: ${DEFAULT-VALUE})")
    private List<Integer> threads = List.of();

    @Option(
            names = "--scenarios",
            split = ",",
            defaultValue = "tx,txe2e,normal",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private List<Scenario> scenarios = List.of();

    @Option(names = "--seconds", defaultValue = "15", description = "measured time (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warmup", defaultValue = "10", description = "seconds before it (default: ${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Option(names = "--body", defaultValue = "1024", description = "bytes of a body (default: ${DEFAULT-VALUE})")
    private int bodyBytes;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "operations a second of all threads together, times counted from when each was due;"
                    + " 0 = as many as they can (default: ${DEFAULT-VALUE})")
    private int rate;

    @Option(
            names = "--group",
            defaultValue = "bench-consumers",
            description = "consumer group of txe2e (default: ${DEFAULT-VALUE})")
    private String group = "";

    @Override
    public Integer call() throws ClientFailedException, IOException, InterruptedException {
        if (seconds < 1
                || warmupSeconds < 0
                || rate < 0
                || bodyBytes < Consumption.HEADER_BYTES
                || threads.stream().anyMatch(count -> count < 1 || count > MAX_THREADS)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--seconds must be at least 1, --warmup and --rate at least 0, --body at least "
                            + Consumption.HEADER_BYTES + ", --threads 1 to " + MAX_THREADS);
        }
        target.fault().ifPresent(fault -> {
            throw new ParameterException(spec.commandLine(), fault);
        });
        for (Scenario scenario : scenarios) {
            for (int count : threads) {
                run(scenario, count);
            }
        }
        return 0;
    }

    private void run(Scenario scenario, int count) throws ClientFailedException, IOException, InterruptedException {
        long run = System.nanoTime();
        CommitTimes commitTimes = new CommitTimes();
        try (Consumption consumption = scenario == Scenario.TXE2E
                        ? new Consumption(target, target.topic(scenario), group, run, commitTimes)
                        : null;
                Senders senders = new Senders(target, scenario, new Senders.Load(bodyBytes, rate), run, commitTimes)) {
            senders.run(count, warmupSeconds);
            if (consumption != null) {
                consumption.measure(true);
            }
            long beginMs = System.currentTimeMillis();
            long begin = System.nanoTime();
            Histogram micros = senders.run(count, seconds);
            double elapsed = (System.nanoTime() - begin) / 1e9;
            Figures figures = new Figures()
                    .text("scenario", scenario.name().toLowerCase(Locale.ROOT))
                    .number("threads", count)
                    .perSecond("opsPerSecond", micros.getTotalCount(), elapsed)
                    .milliseconds("op", micros)
                    .number("errors", senders.errors())
                    .number("beganAtMs", beginMs)
                    .number("tookMs", Math.round(elapsed * 1000));
            if (consumption != null) {
                consumption.measure(false);
                figures.perSecond("consumedPerSecond", consumption.measured(), elapsed)
                        .milliseconds("commitToConsume", consumption.micros());
                drain(consumption, senders);
                figures.number("missing", senders.sent() - senders.errors() - consumption.consumed())
                        .number("duplicates", consumption.duplicates());
            }
            spec.commandLine().getOut().println(figures.line());
            spec.commandLine().getOut().flush();
        }
    }

    /** Waits until everything has arrived, so that what is missing is really missing. */
    private static void drain(Consumption consumption, Senders senders) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
        while (consumption.consumed() < senders.sent() - senders.errors() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
