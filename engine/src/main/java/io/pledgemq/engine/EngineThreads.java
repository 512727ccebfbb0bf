package io.pledgemq.engine;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.index.Pace;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.view.DecisionLookup;
import io.pledgemq.engine.writer.Writer;
import io.pledgemq.engine.writer.WriterThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The engine's threads: the writer, one that answers, one that notifies, one that looks up what the state forgot, one
 * that maintains, one that makes indexes.
 */
final class EngineThreads {
    private static final Logger LOG = System.getLogger(Engine.class.getName());
    private static final long MAINTAIN_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long TIDY_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long STOP_WITHIN_SECONDS = 30;

    private final EngineConfig config;
    private final ExecutorService answers = Executors.newSingleThreadExecutor(named("pledgemq-answers"));
    private final ExecutorService notifications = Executors.newSingleThreadExecutor(named("pledgemq-notifications"));
    private final ExecutorService lookups = Executors.newSingleThreadExecutor(named("pledgemq-lookups"));
    private final Thread maintainer = named("pledgemq-maintenance").newThread(this::maintain);
    private volatile boolean stopping;
    private volatile @Nullable Throwable fatal;
    private @Nullable Writer writer;
    private @Nullable WriterThread writerThread;
    private @Nullable Maintenance maintenance;
    private @Nullable LogIndex index;
    private @Nullable Indexing indexing;
    private @Nullable IndexingThread indexer;

    EngineThreads(EngineConfig config) {
        this.config = config;
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    Writer.Outside outside() {
        return new Writer.Outside(answers, notifications, config.onAlert(), config.onForce());
    }

    void start(Writer newWriter, Maintenance newMaintenance, LogIndex newIndex) {
        writer = newWriter;
        maintenance = newMaintenance;
        index = newIndex;
        Indexing newIndexing = new Indexing(newIndex, () -> !newWriter.diskFull(), config.clock());
        IndexingThread newIndexer = new IndexingThread(newIndexing);
        indexing = newIndexing;
        indexer = newIndexer;
        WriterThread thread = new WriterThread(newWriter, this::broken);
        writerThread = thread;
        thread.start();
        maintainer.start();
        newIndexer.start();
    }

    /** The state remembers only recent decisions; older ones are looked up in the log, beside everything else. */
    CompletableFuture<Outcome> remembering(Command.Decide command, Outcome outcome) {
        Writer theWriter = writer;
        boolean unknown = outcome instanceof Outcome.Refused refused && refused.why() == Refusal.UNKNOWN_TRANSACTION;
        LogIndex theIndex = index;
        if (!unknown || theWriter == null || theIndex == null || stopping) {
            return CompletableFuture.completedFuture(outcome);
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    Decision first = DecisionLookup.find(theWriter.log(), theIndex, command.ref(), command.id());
                    return first == null ? outcome : theWriter.decidedBefore(command, first);
                },
                lookups);
    }

    private void broken(Throwable cause) {
        fatal = cause;
        Writer theWriter = writer;
        if (theWriter != null) {
            theWriter.breakDown(new EngineStoppedException(
                    "the engine stopped (" + cause
                            + "); whether this call took effect is unknown until it is opened again",
                    cause));
        }
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
                // Also one damaged message that cannot be carried forward: snapshots and trims must go on.
                LOG.log(Logger.Level.WARNING, "maintenance failed and will be tried again: " + e.getMessage(), e);
            } catch (CompletionException e) {
                LOG.log(Logger.Level.DEBUG, "maintenance ends with the engine", e);
            }
            LockSupport.parkNanos(this, MAINTAIN_EVERY_NANOS);
        }
    }

    /** Makes all indexes that are missing, at full speed. */
    void indexOnce() {
        Indexing work = indexing;
        if (work != null) {
            work.run(Pace.FULL);
        }
    }

    /** Runs something between two rounds of maintenance, so that no file goes meanwhile. */
    synchronized <T> T betweenRounds(BetweenRounds<T> work) throws IOException {
        Maintenance theMaintenance = maintenance;
        if (theMaintenance == null) {
            throw new IllegalStateException("the engine's threads were not started");
        }
        return work.run(theMaintenance);
    }

    /** What must not meet a round of maintenance. */
    @FunctionalInterface
    interface BetweenRounds<T> {
        T run(Maintenance maintenance) throws IOException;
    }

    /** One round of maintenance; with {@code tidy} also what is done seldom. */
    synchronized void maintainOnce(boolean tidy) throws IOException {
        Maintenance work = maintenance;
        if (work == null) {
            return;
        }
        work.spares();
        if (work.snapshotDue() || (tidy && work.snapshotFreesSpace())) {
            work.snapshot();
        }
        if (tidy) {
            work.trim();
            while (work.deleteSegments()) {
                work.carryForward();
            }
        }
    }

    /** Stops everything in order. Returns whether the log may still be closed properly. */
    boolean stop() throws IOException {
        Writer theWriter = writer;
        WriterThread thread = writerThread;
        if (theWriter == null || thread == null) {
            return false;
        }
        stopping = true;
        LockSupport.unpark(maintainer);
        IndexingThread theIndexer = indexer;
        if (theIndexer != null) {
            theIndexer.stop();
        }
        // Before the writer: maintenance may be waiting for one of its answers.
        join(maintainer);
        if (fatal == null) {
            theWriter
                    .refuseReceivers(
                            new Outcome.Refused(Refusal.CLOSED, "the engine is closing: receive again when it is open"))
                    .exceptionally(broken -> false)
                    .join();
        }
        thread.stop();
        theWriter.breakDown(
                new EngineStoppedException("the engine was closed before it took this call: open it again", null));
        Maintenance work = maintenance;
        if (fatal == null && work != null) {
            work.lastSnapshot();
        }
        stop(lookups);
        stop(answers);
        stop(notifications);
        return fatal == null;
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_WITHIN_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stop(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(
                        Logger.Level.WARNING,
                        "a listener did not return within " + STOP_WITHIN_SECONDS + " s of closing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
