package io.pledgemq.server.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.server.config.LimitsConfig;
import io.pledgemq.server.config.ServerConfig;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Checks Java, memory, open files and clocks. */
final class Machine {
    private static final int OLDEST_JAVA = 17;
    private static final long MIB = 1 << 20;
    /** Serves 5,000 idle clients and a backlog of 10 million. */
    private static final long COMFORTABLE_HEAP = 512 * MIB;
    /** What a row of memory may cost, of a half or delayed message and of a delivery; see docs/operating.md. */
    private static final long PENDING_BYTES = 150;

    private static final long UNSETTLED_BYTES = 250;
    private static final long HEAP_BESIDES = 64 * MIB;
    /** The engine's, the log's and the JVM's own. */
    private static final long OWN_FILES = 1024;

    private static final Instant BEFORE_US = Instant.parse("2025-01-01T00:00:00Z");
    private static final Duration WATCHED = Duration.ofMillis(300);
    private static final Duration MAY_DIFFER = Duration.ofMillis(50);

    private Machine() {}

    static List<Finding> examine(ServerConfig config) {
        return List.of(
                java(),
                heap(Runtime.getRuntime().maxMemory(), config.limits()),
                files(config.limits().connections()),
                clock());
    }

    private static Finding java() {
        Runtime.Version version = Runtime.version();
        String found = "Java " + version + ", " + System.getProperty("java.vm.name", "unknown");
        return version.feature() < OLDEST_JAVA
                ? Finding.fail("java", found, "run it with Java " + OLDEST_JAVA + " or later")
                : Finding.ok("java", found);
    }

    /** @param heap of this process: a server started the same way has the same */
    static Finding heap(long heap, LimitsConfig limits) {
        String found = "at most " + heap / MIB + " MiB of heap";
        long rows = limits.pending() * PENDING_BYTES
                + limits.unsettled() * UNSETTLED_BYTES
                + (long) limits.kept() * Limits.Rows.BYTES_PER_KEPT;
        long wanted = Math.max(COMFORTABLE_HEAP, (rows + HEAP_BESIDES) / MIB * MIB);
        // A heap of 512 MiB has a little less to give out.
        return heap < wanted * 9 / 10
                ? Finding.warn(
                        "heap",
                        found + ", but limits.pending=" + limits.pending() + ", limits.unsettled=" + limits.unsettled()
                                + " and limits.kept=" + limits.kept() + " may need " + (rows + HEAP_BESIDES) / MIB
                                + " MiB",
                        "give a server " + wanted / MIB + " MiB: PLEDGEMQ_JAVA_OPTS=-Xmx" + wanted / MIB
                                + "m, or lower the limits")
                : Finding.ok("heap", found);
    }

    private static Finding files(int connections) {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return Finding.ok("open-files", "this system tells no limit");
        }
        long limit = system.getMaxFileDescriptorCount();
        String found = "at most " + limit + " open files";
        return limit < connections + OWN_FILES
                ? Finding.warn(
                        "open-files",
                        found + ", but limits.connections=" + connections + " may be open",
                        "raise the limit (ulimit -n, LimitNOFILE) above " + (connections + OWN_FILES)
                                + ", or lower limits.connections")
                : Finding.ok("open-files", found);
    }

    /** Whether both clocks run alike just now. */
    private static Finding clock() {
        Instant wallBefore = Instant.now();
        long before = System.nanoTime();
        while (System.nanoTime() - before < WATCHED.toNanos()) {
            LockSupport.parkNanos(WATCHED.toNanos());
        }
        Duration monotonic = Duration.ofNanos(System.nanoTime() - before);
        Duration wall = Duration.between(wallBefore, Instant.now());
        return clock(Instant.now(), wall.minus(monotonic).abs());
    }

    static Finding clock(Instant now, Duration apart) {
        if (now.isBefore(BEFORE_US)) {
            return Finding.fail("clock", "it says " + now, "set the clock: delays and certificates follow it");
        }
        return apart.compareTo(MAY_DIFFER) > 0
                ? Finding.warn(
                        "clock",
                        "wall and monotonic clock went apart by " + apart.toMillis() + " ms within "
                                + WATCHED.toMillis() + " ms",
                        "see what sets the clock; delayed messages follow it")
                : Finding.ok("clock", now + ", wall and monotonic clock run alike");
    }
}
