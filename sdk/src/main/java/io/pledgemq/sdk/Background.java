package io.pledgemq.sdk;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One daemon thread for work that nobody waits for. A task that fails is logged and, if repeated, runs again. */
final class Background implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private final ScheduledThreadPoolExecutor executor;

    Background(String name) {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    void every(Duration pause, String what, Callable<?> task) {
        Runnable guarded = () -> runLogged(what, task);
        Future<?> unused =
                executor.scheduleWithFixedDelay(guarded, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Does nothing after close. */
    void after(Duration pause, String what, Callable<?> task) {
        Runnable guarded = () -> runLogged(what, task);
        Future<?> unused = executor.schedule(guarded, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    static void runLogged(String what, Callable<?> task) {
        FutureTask<?> run = new FutureTask<>(task);
        run.run();
        try {
            run.get();
        } catch (ExecutionException e) {
            LOG.error("{} failed", what, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
