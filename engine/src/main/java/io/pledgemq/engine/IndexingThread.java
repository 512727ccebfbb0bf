package io.pledgemq.engine;

import io.pledgemq.engine.index.Pace;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Runs {@link Indexing} in the background, with at most a quarter of one core. */
final class IndexingThread {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Pause for each unit of working time. */
    private static final int REST = 3;

    private final Indexing indexing;
    private final Thread thread;
    private volatile boolean stopping;
    private long workedSince;

    IndexingThread(Indexing indexing) {
        this.indexing = indexing;
        this.thread = new Thread(this::run, "pledgemq-index");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Returns when the thread has ended; an unfinished index is built at the next start. */
    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            LockSupport.parkNanos(this, EVERY_NANOS);
            workedSince = System.nanoTime();
            try {
                indexing.run(this::pause);
            } catch (Pace.IndexingStoppedException e) {
                return;
            }
        }
    }

    private void pause() {
        long until = System.nanoTime() + REST * (System.nanoTime() - workedSince);
        while (!stopping && System.nanoTime() < until) {
            LockSupport.parkNanos(this, until - System.nanoTime());
        }
        if (stopping) {
            throw new Pace.IndexingStoppedException();
        }
        workedSince = System.nanoTime();
    }
}
