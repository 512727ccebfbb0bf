package io.pledgemq.bench;

import io.pledgemq.engine.command.Delivery;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One thread that submits while fewer than the given number of transactions are open; the answers do the rest. */
final class AsyncDriver implements Driver {
    private static final int RECEIVERS = 2;
    private static final int RECEIVE_MAX = 512;

    private final Workload workload;
    private final int inFlight;
    private final boolean fresh;
    private final Semaphore free;
    private final Map<String, Long> begun = new ConcurrentHashMap<>();
    private volatile Histogram micros = new ConcurrentHistogram(3);
    private volatile boolean receiving;

    /** @param fresh false if a backlog is delivered first, so that latencies mean nothing and only the count does */
    AsyncDriver(Workload workload, int inFlight, boolean fresh) {
        this.fresh = fresh;
        this.workload = workload;
        this.inFlight = inFlight;
        this.free = new Semaphore(inFlight);
    }

    @Override
    public Histogram run(int seconds) throws InterruptedException {
        micros = new ConcurrentHistogram(3);
        if (!receiving && fresh) {
            receiving = true;
            for (int i = 0; i < RECEIVERS; i++) {
                receive();
            }
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            free.acquire();
            long begin = System.nanoTime();
            var committed = workload.prepare().thenCompose(prepared -> {
                if (fresh) {
                    begun.put(prepared.id().text(), begin);
                }
                return workload.commit(prepared);
            });
            if (fresh) {
                var unused = committed.whenComplete(AsyncDriver::dieOf);
            } else {
                var unused = committed
                        .thenCompose(decided -> workload.receive(1))
                        .thenAccept(received -> received.deliveries().forEach(this::ack))
                        .whenComplete(AsyncDriver::dieOf);
            }
        }
        free.acquire(inFlight);
        free.release(inFlight);
        return micros;
    }

    /** The run is worth nothing after an unexpected outcome. */
    private static void dieOf(@Nullable Object outcome, @Nullable Throwable failure) {
        if (failure != null) {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private void receive() {
        var unused = workload.receive(RECEIVE_MAX)
                .thenAccept(received -> {
                    received.deliveries().forEach(this::ack);
                    receive();
                })
                .exceptionally(failure -> null);
    }

    private void ack(Delivery delivery) {
        var unused = workload.ack(delivery)
                .thenAccept(done -> {
                    Long begin = fresh ? begun.remove(delivery.message().id().text()) : null;
                    // With a backlog it is an older message, for which the open transaction asked.
                    micros.recordValue(begin == null ? 0 : (System.nanoTime() - begin) / 1000);
                    free.release();
                })
                .whenComplete(AsyncDriver::dieOf);
    }
}
