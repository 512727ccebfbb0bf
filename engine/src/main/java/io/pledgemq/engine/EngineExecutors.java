package io.pledgemq.engine;

import io.pledgemq.engine.writer.Writer;
import java.lang.System.Logger;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Runs the work that follows a force, each kind on one thread: answers to callers, calls of listeners, slow lookups.
 */
final class EngineExecutors {
    private static final Logger LOG = System.getLogger(Engine.class.getName());
    private static final long STOP_WITHIN_SECONDS = 30;

    private final ExecutorService answers = Executors.newSingleThreadExecutor(named("pledgemq-answers"));
    private final ExecutorService notifications = Executors.newSingleThreadExecutor(named("pledgemq-notifications"));
    private final ExecutorService lookups = Executors.newSingleThreadExecutor(named("pledgemq-lookups"));

    static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    Writer.Outside outside(EngineConfig config) {
        return new Writer.Outside(answers, notifications, config.onAlert(), config.onForce());
    }

    /** Runs lookups that read the log. */
    Executor lookups() {
        return lookups;
    }

    /** Finishes what was begun; waits at most {@value #STOP_WITHIN_SECONDS} s for each thread. */
    void stop() {
        stop(lookups);
        stop(answers);
        stop(notifications);
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
