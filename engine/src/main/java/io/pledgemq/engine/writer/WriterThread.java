package io.pledgemq.engine.writer;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** The thread that runs the writer. It is private and never interrupted: an interrupt would close the log's channel. */
public final class WriterThread {
    /** After this time without work the log is sealed. */
    private static final long IDLE_MS = 100;

    private static final long MAX_REST_MS = 1_000;
    private static final long NANOS_PER_MS = 1_000_000;

    private final Writer writer;
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean stopping;

    /** @param onFatal receives the failure that broke the writer, on the writer's thread */
    public WriterThread(Writer writer, Consumer<Throwable> onFatal) {
        this.writer = writer;
        this.thread = new Thread(this::run, "pledgemq-writer");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((t, broken) -> onFatal.accept(broken));
        writer.onSubmit(this::wakeUp);
    }

    public void start() {
        thread.start();
    }

    private void wakeUp() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        long idleMs = 0;
        while (true) {
            boolean last = stopping;
            if (writer.runOnce()) {
                idleMs = 0;
                continue;
            }
            if (last) {
                return;
            }
            long restMs = Math.min(writer.restMs(), idleMs >= IDLE_MS ? MAX_REST_MS : IDLE_MS);
            rest(restMs);
            boolean wasIdle = idleMs >= IDLE_MS;
            idleMs += restMs;
            if (!wasIdle && idleMs >= IDLE_MS && writer.restMs() > 0) {
                writer.idle();
            }
        }
    }

    private void rest(long restMs) {
        parked = true;
        if (restMs > 0 && writer.restMs() > 0 && !stopping) {
            LockSupport.parkNanos(this, restMs * NANOS_PER_MS);
        }
        parked = false;
    }

    /** Lets the writer finish what was submitted, and returns when its thread has ended. */
    public void stop() {
        stopping = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
