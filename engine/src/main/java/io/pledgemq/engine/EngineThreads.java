package io.pledgemq.engine;

import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.index.Pace;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.writer.Writer;
import io.pledgemq.engine.writer.WriterThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Starts and stops the engine's threads in order: writer, maintenance, indexing. */
final class EngineThreads {
    private static final Logger LOG = System.getLogger(Engine.class.getName());
    private static final long MAINTAIN_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long TIDY_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long STOP_WITHIN_SECONDS = 30;

    private final EngineConfig config;
    private final EngineExecutors executors;
    private final Writer writer;
    private final WriterThread writerThread;
    private final Maintenance maintenance;
    private final Thread maintainer;
    private final Indexing indexing;
    private final IndexingThread indexer;
    private volatile boolean stopping;
    private volatile @Nullable Throwable fatal;

    EngineThreads(
            EngineConfig config, EngineExecutors executors, Writer writer, Maintenance maintenance, Indexing indexing) {
        this.config = config;
        this.executors = executors;
        this.writer = writer;
        this.writerThread = new WriterThread(writer, this::broken);
        this.maintenance = maintenance;
        this.maintainer = EngineExecutors.named("pledgemq-maintenance").newThread(this::maintain);
        this.indexing = indexing;
        this.indexer = new IndexingThread(indexing);
    }

    void start() {
        writerThread.start();
        maintainer.start();
        indexer.start();
    }

    private void broken(Throwable cause) {
        fatal = cause;
        writer.breakDown(new EngineStoppedException(
                "the engine stopped (" + cause + "); whether this call took effect is unknown until it is opened again",
                cause));
        config.onFatal().accept(cause);
    }

    private void maintain() {
        long tidied = System.nanoTime();
        while (!stopping && fatal == null) {
            boolean tidy = System.nanoTime() - tidied >= TIDY_EVERY_NANOS;
            if (tidy) {
                tidied = System.nanoTime();
            }
            try {
                maintainOnce(tidy);
            } catch (IOException | LogException e) {
                // For example, a damaged message cannot be carried forward: snapshots and trims must go on.
                LOG.log(Logger.Level.WARNING, "maintenance failed and will be tried again: " + e.getMessage(), e);
            } catch (CompletionException e) {
                LOG.log(Logger.Level.DEBUG, "maintenance ends with the engine", e);
            }
            LockSupport.parkNanos(this, MAINTAIN_EVERY_NANOS);
        }
    }

    /** Builds all missing indexes, at full speed. */
    void indexOnce() {
        indexing.run(Pace.FULL);
    }

    /** Runs something between two rounds of maintenance, so that no file is deleted meanwhile. */
    synchronized <T> T betweenRounds(BetweenRounds<T> work) throws IOException {
        return work.run(maintenance);
    }

    /** Work that must not overlap with a round of maintenance. */
    @FunctionalInterface
    interface BetweenRounds<T> {
        T run(Maintenance maintenance) throws IOException;
    }

    /** One round of maintenance; with {@code tidy} also the rare steps. */
    synchronized void maintainOnce(boolean tidy) throws IOException {
        maintenance.spares();
        if (maintenance.snapshotDue() || (tidy && maintenance.snapshotFreesSpace())) {
            maintenance.snapshot();
        }
        if (tidy) {
            maintenance.trim();
            while (maintenance.deleteSegments()) {
                maintenance.carryForward();
            }
        }
    }

    /** Stops everything in order. Returns whether the log may still be closed properly. */
    boolean stop() throws IOException {
        stopping = true;
        LockSupport.unpark(maintainer);
        indexer.stop();
        // Before the writer: maintenance may be waiting for one of its answers.
        join(maintainer);
        if (fatal == null) {
            writer.refuseReceivers(
                            new Outcome.Refused(Refusal.CLOSED, "the engine is closing: receive again when it is open"))
                    .exceptionally(broken -> false)
                    .join();
        }
        writerThread.stop();
        writer.breakDown(
                new EngineStoppedException("the engine was closed before it took this call: open it again", null));
        if (fatal == null) {
            maintenance.lastSnapshot();
        }
        executors.stop();
        return fatal == null;
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_WITHIN_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
