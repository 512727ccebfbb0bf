package io.pledgemq.sdk.embedded;

import io.pledgemq.sdk.foreign.InterruptAside;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that ask one checker, so that a service with a slow database delays no other. Two run at a time. An
 * overdue one is abandoned, since it may hang for ever, and another takes its place; at most {@value #MOST_OVERDUE}
 * are, after which the checker is not asked until one returns. What exceeds the queue is dropped: the engine asks
 * again.
 */
final class CheckerThreads implements AutoCloseable {
    static final int MOST_OVERDUE = 8;
    private static final Logger LOG = LoggerFactory.getLogger(CheckerThreads.class);
    private static final int AT_A_TIME = 2;
    private static final int QUEUED = 1_000;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final String service;
    private final Duration limit;
    private final ScheduledThreadPoolExecutor watch;
    private final ThreadPoolExecutor threads;
    private int overdue;

    /** @param limit of one call of the checker, after which it is overdue */
    CheckerThreads(String service, Duration limit, ScheduledThreadPoolExecutor watch) {
        this.service = service;
        this.limit = limit;
        this.watch = watch;
        this.threads = new ThreadPoolExecutor(
                AT_A_TIME,
                AT_A_TIME,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(QUEUED),
                this::thread,
                new ThreadPoolExecutor.DiscardPolicy());
        threads.allowCoreThreadTimeOut(true);
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "pledge-checks-" + service);
        thread.setDaemon(true);
        return thread;
    }

    void execute(Runnable check) {
        threads.execute(() -> watched(check));
    }

    private void watched(Runnable check) {
        Watched watched = new Watched();
        ScheduledFuture<?> alarm = watch.schedule(watched::overdue, limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            check.run();
        } finally {
            alarm.cancel(false);
            watched.ended();
        }
    }

    private synchronized void overdueBy(int more) {
        overdue += more;
        int size = AT_A_TIME + Math.min(overdue, MOST_OVERDUE);
        if (more > 0) {
            threads.setMaximumPoolSize(size);
            threads.setCorePoolSize(size);
        } else {
            threads.setCorePoolSize(size);
            threads.setMaximumPoolSize(size);
        }
    }

    /** One call of the checker. */
    private final class Watched {
        private boolean ended;
        private boolean overdue;

        synchronized void overdue() {
            if (!ended) {
                overdue = true;
                LOG.warn(
                        "service {}: a check of its database does not return within {}; others go on beside it. Give"
                                + " the data source network and lock time-outs",
                        service,
                        limit);
                overdueBy(1);
            }
        }

        synchronized void ended() {
            ended = true;
            if (overdue) {
                overdueBy(-1);
            }
        }
    }

    /** Ends what waits, and waits for what runs; does not interrupt it, since it is at work on the user's database. */
    @Override
    public void close() {
        threads.shutdown();
        threads.getQueue().clear();
        try (InterruptAside aside = InterruptAside.begin()) {
            if (!aside.awaitEnd(threads, System.nanoTime() + CLOSE_LIMIT.toNanos())) {
                LOG.warn("service {}: a check still runs {} after its end, and is left alone", service, CLOSE_LIMIT);
            }
        }
    }
}
