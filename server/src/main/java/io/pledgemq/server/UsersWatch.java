package io.pledgemq.server;

import io.pledgemq.server.access.Access;
import io.pledgemq.server.files.UnusableFileException;
import java.io.Closeable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reloads the users' file when it changes, while the server runs. */
final class UsersWatch implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(UsersWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final Access access;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pledgemq-users");
        thread.setDaemon(true);
        return thread;
    });

    private volatile @Nullable String trouble;

    private UsersWatch(Access access) {
        this.access = access;
    }

    /** Looks from now on, until closed. */
    static UsersWatch start(Access access) {
        UsersWatch users = new UsersWatch(access);
        var unused = users.watch.scheduleWithFixedDelay(
                users::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return users;
    }

    /** Why changed users are not in force; empty if they are. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    private void look() {
        FutureTask<Boolean> guarded = new FutureTask<>(access::reloadIfChanged);
        guarded.run();
        try {
            if (guarded.get()) {
                trouble = null;
                LOG.info("the changed users and credentials are in force");
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnusableFileException wrong) {
                trouble = wrong.getMessage();
                LOG.error("the changed users are not used, those before stay: {}", wrong.getMessage());
            } else {
                // The edge of a thread: who is removed later must lose his rights whatever happened now.
                LOG.error("the users could not be looked at; the next look is in {}", LOOK_EVERY, e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
