package io.pledgemq.sdk;

import io.pledgemq.sdk.foreign.FailureText;
import io.pledgemq.sdk.foreign.ForeignCode;
import io.pledgemq.sdk.foreign.InterruptAside;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One daemon thread for background work. A task that fails is logged and, if repeated, runs again. */
final class Background implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final String name;
    private final ScheduledThreadPoolExecutor executor;

    Background(String name) {
        this.name = name;
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
        Throwable failure = ForeignCode.call(task).thrown();
        if (failure != null) {
            logFailure(what, failure);
        }
    }

    /** With its stack, unless the failure cannot be printed. */
    static void logFailure(String what, Throwable failure) {
        boolean logged = ForeignCode.callOr(false, () -> {
            LOG.error("{} failed", what, failure);
            return true;
        });
        if (!logged) {
            LOG.error("{} failed: {}", what, FailureText.of(failure));
        }
    }

    /** Does not interrupt what runs: it may be at work on the user's database. */
    @Override
    public void close() {
        executor.shutdown();
        try (InterruptAside aside = InterruptAside.begin()) {
            if (!aside.awaitEnd(executor, System.nanoTime() + CLOSE_LIMIT.toNanos())) {
                LOG.warn(
                        "{} is still at work {} s after its end was asked for, and is left alone",
                        name,
                        CLOSE_LIMIT.toSeconds());
            }
        }
    }
}
