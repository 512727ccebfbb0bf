package io.pledgemq.server.net;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one turn of a loop, or one step of a stop, that must not prevent the others: what it throws is logged, and the
 * caller goes on.
 */
public final class Guarded {
    private static final Logger LOG = LoggerFactory.getLogger(Guarded.class);

    private Guarded() {}

    /** A step that may fail. */
    @FunctionalInterface
    public interface Step {
        void run() throws Exception;
    }

    /**
     * Runs a step on this thread.
     *
     * @param what for the log: "the goodbye to client 7", say
     * @return what it threw
     */
    public static Optional<Throwable> run(String what, Step step) {
        Callable<Boolean> called = () -> {
            step.run();
            return true;
        };
        FutureTask<Boolean> guarded = new FutureTask<>(called);
        guarded.run();
        try {
            var unused = guarded.get();
            return Optional.empty();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            LOG.error("{} failed; the rest goes on", what, cause);
            return Optional.of(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(e);
        }
    }
}
