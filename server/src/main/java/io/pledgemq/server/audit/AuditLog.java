package io.pledgemq.server.audit;

import io.pledgemq.server.audit.AuditEntry.Result;
import io.pledgemq.server.audit.RefusalFlood.Suppressed;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The audit log: JSON lines in files with mode 0600, appended to by one thread, bounded in size by {@link AuditLimits}.
 * No call but {@link #close} waits for the disk. Safe for all threads.
 *
 * <p><b>When it cannot be written</b> (disk full, directory gone) {@link #admit} fails, so no administrative change is
 * made that nobody could trace; sending, receiving and looking go on. Refusals and outcomes that found no place are
 * counted, {@link #trouble} tells for health pages and alerts, every further entry tries again, and the first line that
 * succeeds is preceded by one that says how many were lost. A file that another program moved or deleted is made again
 * with the next line, at the latest when {@link #flush} is called; that is logged and counted. Keep it on another disk
 * than the messages where the administration must work when that one is full.
 *
 * <p><b>Floods</b> of refused calls are bounded: without a credential {@value #STRANGERS_PER_ADDRESS} lines a minute
 * per address and {@value #STRANGERS_IN_ALL} in all; of users {@value #REFUSALS_PER_USER} and
 * {@value #REFUSALS_OF_USERS}. The rest is one line with their number. Strangers so cannot hide what users do.
 */
public final class AuditLog implements AutoCloseable {

    static final int STRANGERS_PER_ADDRESS = 10;
    static final int STRANGERS_IN_ALL = 200;
    static final int REFUSALS_PER_USER = 60;
    static final int REFUSALS_OF_USERS = 600;

    private final InstantSource clock;
    private final AuditWriter writer;
    private final RefusalFlood strangers = new RefusalFlood(STRANGERS_PER_ADDRESS, STRANGERS_IN_ALL);
    private final RefusalFlood users = new RefusalFlood(REFUSALS_PER_USER, REFUSALS_OF_USERS);

    private AuditLog(Path directory, InstantSource clock, AuditLimits limits) {
        this.clock = clock;
        this.writer = new AuditWriter(new AuditFile(directory, limits), clock, limits.queuedLines(), this::endedCounts);
    }

    /**
     * Opens the log in its directory, which is created (mode 0700) with the first line if missing. Never fails; wait
     * for {@link #flush} to know whether it can be written.
     */
    public static AuditLog open(Path directory, InstantSource clock, AuditLimits limits) {
        AuditLog log = new AuditLog(directory, clock, limits);
        log.writer.start();
        return log;
    }

    /**
     * Writes an administrative action that is about to be done. Do it only after the future has completed; then the
     * line is durable. It fails with {@link AuditUnavailableException}; do nothing then but tell the caller.
     */
    public CompletableFuture<Void> admit(AuditEntry entry) {
        return writer.await(AuditLine.of(clock.instant(), entry.ended(Result.ASKED)));
    }

    /** Writes how an admitted action ended, or a login. */
    public void record(AuditEntry entry) {
        writer.offer(AuditLine.of(clock.instant(), entry));
    }

    /** Writes the refusal of a caller that proved no name. */
    public void refusedStranger(AuditEntry entry) {
        refused(strangers, entry.from().getHostAddress(), entry);
    }

    /** Writes the refusal of a known user. */
    public void refusedUser(AuditEntry entry) {
        refused(users, entry.who(), entry);
    }

    /** Returns why lines are being lost, empty if they are not. */
    public Optional<String> trouble() {
        return writer.trouble();
    }

    /** Returns how often another program moved or deleted the file, which was made again. */
    public long lostFiles() {
        return writer.lostFiles();
    }

    /** Returns how many entries were lost since the last line that reports a loss. */
    public long lost() {
        return writer.lost();
    }

    /** Completes when all that was handed in before is durable; fails with {@link AuditUnavailableException}. */
    public CompletableFuture<Void> flush() {
        return writer.await(null);
    }

    /** Writes what is waiting and ends; waits ten seconds at most for a disk that does not answer. */
    @Override
    public void close() {
        String counts;
        synchronized (this) {
            counts = counted(strangers.finish()) + counted(users.finish());
        }
        if (!counts.isEmpty()) {
            writer.offer(counts);
        }
        writer.close();
    }

    private void refused(RefusalFlood flood, String source, AuditEntry entry) {
        Instant now = clock.instant();
        String counts;
        boolean line;
        synchronized (this) {
            counts = counted(flood.ended(now));
            line = flood.writes(source, now);
        }
        if (!counts.isEmpty()) {
            writer.offer(counts);
        }
        if (line) {
            writer.offer(AuditLine.of(now, entry.ended(Result.REFUSED)));
        }
    }

    /** Called by the writer, so that a flood's number is written also when nothing follows it. */
    private synchronized String endedCounts() {
        Instant now = clock.instant();
        return counted(strangers.ended(now)) + counted(users.ended(now));
    }

    private String counted(Optional<Suppressed> suppressed) {
        return suppressed
                .map(s -> AuditLine.ofCount(clock.instant(), "refusals.suppressed", s.count(), s.since()))
                .orElse("");
    }
}
