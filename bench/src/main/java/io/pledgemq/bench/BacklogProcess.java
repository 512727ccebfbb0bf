package io.pledgemq.bench;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/** The measured process of {@link BacklogBench}; its last line of output is for the parent. */
final class BacklogProcess {
    /** The backlog that others are compared with. */
    static final long SMALL = 1000;

    static final int EXIT_HALTED = 137;
    private static final int IN_FLIGHT = 1000;
    private static final int MEASURE_SECONDS = 5;
    private static final int CREDIT = 4096;

    private BacklogProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        long messages = Long.parseLong(arguments[2]);
        int bodyBytes = Integer.parseInt(arguments[3]);
        boolean undecided = Boolean.parseBoolean(arguments[4]);
        if (arguments[0].equals("fill")) {
            fill(directory, messages, bodyBytes, undecided);
        } else {
            open(directory, bodyBytes, undecided);
        }
    }

    /** What is measured is what a backlog costs, so none of its size is refused. */
    private static EngineConfig unbounded() {
        Limits usual = Limits.DEFAULT;
        int any = Integer.MAX_VALUE;
        return EngineConfig.defaults()
                .withLimits(new Limits(
                        usual.bodyBytes(),
                        usual.properties(),
                        usual.propertiesBytes(),
                        usual.topics(),
                        usual.groups(),
                        usual.delayMs(),
                        any,
                        usual.bytesInFlight(),
                        new Limits.Rows(any, any, any, any, any)));
    }

    private static void fill(Path directory, long messages, int bodyBytes, boolean undecided) throws Exception {
        Engine engine = Engine.open(directory, unbounded());
        Workload workload = new Workload(engine, bodyBytes);
        workload.prepareTopic();
        add(workload, SMALL, undecided);
        AsyncDriver driver = new AsyncDriver(workload, IN_FLIGHT, false);
        driver.run(MEASURE_SECONDS);
        double small = micros(driver);
        add(workload, messages - SMALL, undecided);
        double large = micros(driver);
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        double heapMiB = (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0;
        System.out.printf(Locale.ROOT, "%.2f %.2f %.0f%n", small, large, heapMiB);
        System.out.flush();
        runtime.halt(EXIT_HALTED);
    }

    private static double micros(AsyncDriver driver) throws InterruptedException {
        long begin = System.nanoTime();
        long count = driver.run(MEASURE_SECONDS).getTotalCount();
        return (System.nanoTime() - begin) / 1000.0 / count;
    }

    private static void add(Workload workload, long count, boolean undecided) throws InterruptedException {
        Semaphore free = new Semaphore(IN_FLIGHT);
        long progress = Math.max(count / 10, 1);
        for (long i = 1; i <= count; i++) {
            free.acquire();
            // Half messages are due for their check at once, and wait for the sender, which is not connected.
            var prepared = undecided ? workload.prepare(Duration.ZERO) : workload.prepare();
            if (undecided) {
                var unused = prepared.whenComplete((p, failure) -> free.release());
            } else {
                var unused = prepared.thenCompose(workload::commit).whenComplete((d, failure) -> free.release());
            }
            if (i % progress == 0) {
                System.err.printf(Locale.ROOT, "  %d of %d%n", i, count);
            }
        }
        free.acquire(IN_FLIGHT);
    }

    private static void open(Path directory, int bodyBytes, boolean undecided) throws Exception {
        long begin = System.nanoTime();
        try (Engine engine = Engine.open(directory, unbounded())) {
            Workload workload = new Workload(engine, bodyBytes);
            workload.prepare().join();
            double restartSeconds = (System.nanoTime() - begin) / 1e9;
            double decidedPerSecond = undecided ? decideAll(workload) : 0;
            System.out.printf(Locale.ROOT, "%.2f %.0f%n", restartSeconds, decidedPerSecond);
            System.out.flush();
        }
    }

    /** The sender is back: how fast is everything decided? */
    private static double decideAll(Workload workload) {
        int before = workload.undecided();
        long begin = System.nanoTime();
        workload.commitWhenAsked(CREDIT);
        while (workload.undecided() > 1) {
            LockSupport.parkNanos(1_000_000);
        }
        return before / ((System.nanoTime() - begin) / 1e9);
    }
}
