package io.pledgemq.server.grpc;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Builds the answers of polls on its own threads. The engine completes all receivers on one thread; a large answer,
 * whose bodies are copied and digested, would delay the others there by tens of milliseconds. One task builds a whole
 * answer, so its frames keep their order. Thread-safe.
 */
final class AnswerExecutor implements AutoCloseable {
    /** Bytes of bodies up to which an answer is built at once: that costs less than waking a thread. */
    static final long LARGE_BYTES = 64 << 10;

    private static final int THREADS = 2;
    /**
     * Most answers that wait, each with its bodies in memory; beyond, the engine's thread builds the next one itself.
     */
    private static final int MOST_WAITING = 1_000;

    private final Executor others;

    AnswerExecutor(Executor others) {
        this.others = others;
    }

    /** Creates an executor with its own threads. */
    static AnswerExecutor onThreads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(MOST_WAITING),
                work -> {
                    Thread thread = new Thread(work, "pledgemq-large-answers");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
        threads.allowCoreThreadTimeOut(true);
        return new AnswerExecutor(threads);
    }

    /** Builds an answer whose bodies have that many bytes: here, or soon on another thread. */
    void make(long bodyBytes, Runnable answer) {
        if (bodyBytes < LARGE_BYTES) {
            answer.run();
        } else {
            others.execute(answer);
        }
    }

    /** Drops the answers that wait: no client is connected any more. */
    @Override
    public void close() {
        if (others instanceof ExecutorService service) {
            service.shutdownNow();
        }
    }
}
