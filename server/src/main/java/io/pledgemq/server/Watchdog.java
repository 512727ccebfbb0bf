package io.pledgemq.server;

import io.pledgemq.engine.Engine;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the writer a small question again and again. If no answer comes within the time limit, the writer is stuck: the
 * watchdog logs every thread and ends the process, so that a restart can recover.
 */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final int FRAMES = 12;
    /** No group has this name. */
    private static final String NOBODY = "";

    private final Engine engine;
    private final Duration timeout;
    private final Runnable stuck;
    private final Thread thread;

    /** @param stuck ends the process */
    Watchdog(Engine engine, Duration timeout, Runnable stuck) {
        this.engine = engine;
        this.timeout = timeout;
        this.stuck = stuck;
        this.thread = new Thread(this::watch, "pledgemq-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (answered(engine.desk().groupConfig(NOBODY))) {
                Thread.sleep(Math.max(1, timeout.toMillis() / 4));
            }
            LOG.error(
                    "the writer finished nothing for {} s (watchdog.timeout); the process ends, a restart recovers",
                    timeout.toSeconds());
            dump();
            stuck.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answered(CompletableFuture<?> question) throws InterruptedException {
        try {
            question.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            // A stopped engine is not stuck.
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static void dump() {
        for (ThreadInfo info : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
            String frames = Arrays.stream(info.getStackTrace())
                    .limit(FRAMES)
                    .map(StackTraceElement::toString)
                    .collect(Collectors.joining(" < "));
            String lock = info.getLockName() == null ? "" : " on " + info.getLockName();
            LOG.error("thread '" + info.getThreadName() + "' " + info.getThreadState() + lock + ": " + frames);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
