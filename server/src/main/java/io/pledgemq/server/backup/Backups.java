package io.pledgemq.server.backup;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.backup.BackupManifest;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.config.Version;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes backups of a running server on its own thread, one at a time. The configuration says where they may go: a
 * remote caller who may choose any path can overwrite files.
 */
public final class Backups {
    private static final Logger LOG = LoggerFactory.getLogger(Backups.class);

    private final Engine engine;
    private final ServerConfig config;
    private @Nullable Run newest;

    public Backups(Engine engine, ServerConfig config) {
        this.engine = engine;
        this.config = config;
    }

    /** How far a backup is. */
    public enum State {
        RUNNING,
        DONE,
        FAILED
    }

    /** One backup, under way or over. Thread-safe. */
    public static final class Run {
        private final Path target;
        private final Instant startedAt = Instant.now();
        private final AtomicLong copiedBytes = new AtomicLong();
        private volatile @Nullable BackupManifest manifest;
        private volatile @Nullable String problem;

        private Run(Path target) {
            this.target = target;
        }

        public State state() {
            if (problem != null) {
                return State.FAILED;
            }
            return manifest == null ? State.RUNNING : State.DONE;
        }

        public Path target() {
            return target;
        }

        public Instant startedAt() {
            return startedAt;
        }

        public long copiedBytes() {
            return copiedBytes.get();
        }

        /** What is in it, once it is done. */
        public Optional<BackupManifest> manifest() {
            return Optional.ofNullable(manifest);
        }

        /** Why it failed, and what to do. */
        public Optional<String> problem() {
            return Optional.ofNullable(problem);
        }
    }

    /** Says why a backup may not go there and what to do; empty if it may. */
    public Optional<String> refuses(Path target) {
        if (!target.isAbsolute()) {
            return Optional.of("the server's working directory is not the caller's; give an absolute path");
        }
        Path whole = target.normalize();
        if (whole.startsWith(config.data().toAbsolutePath().normalize())) {
            return Optional.of("it is inside the data directory; a backup there is lost together with it");
        }
        Optional<Path> allowed = config.store().backupDirectory();
        if (allowed.isPresent()) {
            Path below = allowed.get().toAbsolutePath().normalize();
            return whole.startsWith(below)
                    ? Optional.empty()
                    : Optional.of("backups go below store.backup-directory, " + below + "; choose a place there");
        }
        return onLoopback()
                ? Optional.empty()
                : Optional.of("administration listens on a network, so backups go nowhere unless"
                        + " store.backup-directory says where; set it and restart");
    }

    private boolean onLoopback() {
        String host = config.admin().port().isPresent()
                ? config.admin().host()
                : config.listen().host();
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Begins a backup, or returns empty if one is under way. */
    public synchronized Optional<Run> start(Path target) {
        if (newest != null && newest.state() == State.RUNNING) {
            return Optional.empty();
        }
        Run run = new Run(target.normalize());
        newest = run;
        var unused = CompletableFuture.supplyAsync(() -> make(run), Backups::onItsOwnThread)
                .whenComplete((manifest, failed) -> over(run, manifest, failed));
        return Optional.of(run);
    }

    private BackupManifest make(Run run) {
        try {
            return engine.backup(run.target, ServerFiles.of(config), Version.text(), run.copiedBytes::addAndGet);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** Ends a run, so that its caller learns the result even after an unexpected failure. */
    private static void over(Run run, @Nullable BackupManifest manifest, @Nullable Throwable failed) {
        if (manifest != null) {
            LOG.info(
                    "backup in {}: {} files, {} bytes",
                    run.target,
                    manifest.files().size(),
                    manifest.bytes());
            run.manifest = manifest;
        } else {
            Throwable cause =
                    failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
            LOG.warn("no backup was made in {}", run.target, cause);
            run.problem = cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
        }
    }

    private static void onItsOwnThread(Runnable task) {
        Thread thread = new Thread(task, "pledgemq-backup");
        thread.setDaemon(true);
        thread.start();
    }

    /** The one that was begun last. */
    public synchronized Optional<Run> newest() {
        return Optional.ofNullable(newest);
    }
}
