package io.pledgemq.bench;

import io.pledgemq.engine.command.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Threads that wait for each answer. The message a thread receives may be another thread's: all of them are alike. */
final class BlockingDriver implements Driver {
    private final Workload workload;
    private final int threads;

    BlockingDriver(Workload workload, int threads) {
        this.workload = workload;
        this.threads = threads;
    }

    @Override
    public Histogram run(int seconds) throws InterruptedException {
        Histogram micros = new ConcurrentHistogram(3);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> loop(end, micros), "submitter-" + i);
            thread.setUncaughtExceptionHandler((t, failure) -> {
                failure.printStackTrace();
                Runtime.getRuntime().halt(1);
            });
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }
        return micros;
    }

    private void loop(long end, Histogram micros) {
        while (System.nanoTime() < end) {
            long begin = System.nanoTime();
            workload.commit(workload.prepare().join()).join();
            List<Delivery> deliveries = List.of();
            while (deliveries.isEmpty()) {
                deliveries = workload.receive(1).join().deliveries();
            }
            workload.ack(deliveries.get(0)).join();
            micros.recordValue((System.nanoTime() - begin) / 1000);
        }
    }
}
