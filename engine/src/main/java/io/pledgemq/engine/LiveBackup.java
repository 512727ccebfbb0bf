package io.pledgemq.engine;

import io.pledgemq.engine.backup.Backup;
import io.pledgemq.engine.backup.BackupManifest;
import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.Position;
import io.pledgemq.engine.snapshot.Snapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Makes backups while the writer works on. Maintenance keeps the segments and the snapshot that are still to be copied;
 * its other work goes on.
 */
final class LiveBackup {
    private static final int NONE = Integer.MAX_VALUE;

    private final Storage storage;
    private final Log log;
    private final EngineThreads threads;
    private final Semaphore copying = new Semaphore(1);
    private volatile boolean closed;

    LiveBackup(Storage storage, Log log, EngineThreads threads) {
        this.storage = storage;
        this.log = log;
        this.threads = threads;
    }

    /**
     * The files that are kept for a copy: segments from {@code first} up to {@code position}, and one snapshot or 0.
     */
    private record Held(int first, long position, long snapshot) {}

    BackupManifest backup(Path target, List<Path> besides, String version, Backup.Watch watch) throws IOException {
        if (!copying.tryAcquire()) {
            throw new IOException("another backup is being made; wait until it ends and try again");
        }
        Backup backup;
        Held held;
        Instant now = Instant.now();
        try {
            checkOpen();
            backup = new Backup(storage, target, bytes -> {
                checkOpen();
                watch.copied(bytes);
            });
            for (Path file : besides) {
                backup.copyBeside(file);
            }
            held = threads.betweenRounds(this::hold);
            copy(backup, held);
        } finally {
            release();
            copying.release();
        }
        // The backup now needs only its copies: the engine may go on, and even close.
        return backup.finish(version, now, held.position);
    }

    private Held hold(Maintenance maintenance) throws IOException {
        Snapshots snapshots = maintenance.snapshots();
        List<Long> positions = snapshots.positions();
        long snapshot = positions.isEmpty() ? 0 : positions.get(0);
        snapshots.hold(snapshot);
        int first = log.firstSegment();
        maintenance.holdSegments(first);
        // The position comes last, so that it lies behind the snapshot.
        return new Held(first, log.durablePosition(), snapshot);
    }

    private void copy(Backup backup, Held held) throws IOException {
        // This file comes first: it says where the log begins, and changes when a segment is deleted.
        backup.copy(new Backup.Part(Log.startFile(), Long.MAX_VALUE));
        backup.copy(new Backup.Part(EngineIdentity.FILE, Long.MAX_VALUE));
        int last = Position.segment(held.position);
        for (int number = held.first; number <= last; number++) {
            long limit = number == last ? Position.offset(held.position) : Long.MAX_VALUE;
            backup.copy(new Backup.Part(Log.segmentFile(number), limit));
            int next = number + 1;
            threads.betweenRounds(maintenance -> {
                maintenance.holdSegments(next);
                return next;
            });
        }
        if (held.snapshot != 0) {
            backup.copy(new Backup.Part(Snapshots.name(held.snapshot), Long.MAX_VALUE));
        }
    }

    private void release() throws IOException {
        threads.betweenRounds(maintenance -> {
            maintenance.holdSegments(NONE);
            maintenance.snapshots().hold(0);
            return NONE;
        });
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("the engine is closing: no backup was made; open it and try again");
        }
    }

    /** Ends a backup that is being copied, and returns when it reads the engine's files no more. */
    void close() {
        closed = true;
        copying.acquireUninterruptibly();
    }
}
