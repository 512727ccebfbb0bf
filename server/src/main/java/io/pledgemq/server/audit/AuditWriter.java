package io.pledgemq.server.audit;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that appends to the audit file, and the bounded queue before it. Lines that find no place, in the queue or
 * on the disk, are counted; the next line that succeeds is preceded by one with their number. Safe for all threads.
 */
final class AuditWriter {
    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);

    private static final int BATCH_LINES = 256;
    private static final long IDLE_MS = 1_000;
    private static final long CLOSE_MS = 10_000;

    /** A line to write, and who waits for it to be durable. Without a line it only waits for those before it. */
    private record Item(@Nullable String line, @Nullable CompletableFuture<Void> durable) {}

    private final InstantSource clock;
    private final AuditFile file;
    private final Supplier<String> counts;
    private final BlockingQueue<Item> queue;
    private final Thread thread = new Thread(this::run, "pledgemq-audit");

    // Guarded by this.
    private boolean closed;
    private long lost;
    private Instant lostSince = Instant.MIN;
    private @Nullable String trouble;
    private long lostFiles;

    /** {@code counts} returns lines that became due by themselves; it is asked before each batch and once a second. */
    AuditWriter(AuditFile file, InstantSource clock, int queuedLines, Supplier<String> counts) {
        this.file = file;
        this.clock = clock;
        this.counts = counts;
        this.queue = new LinkedBlockingQueue<>(queuedLines);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Hands in a line that nobody waits for. */
    void offer(String line) {
        offer(new Item(line, null));
    }

    /** Hands in a line, or only waits if it is null; the future fails with {@link AuditUnavailableException}. */
    CompletableFuture<Void> await(@Nullable String line) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        offer(new Item(line, durable));
        return durable;
    }

    synchronized Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** How often the file was moved or deleted by somebody else. */
    synchronized long lostFiles() {
        return lostFiles;
    }

    synchronized long lost() {
        return lost;
    }

    /** Writes what is waiting and ends; gives up after ten seconds, when the disk does not answer. */
    void close() {
        // An item without a line wakes the thread.
        offer(new Item(null, null));
        synchronized (this) {
            closed = true;
        }
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void offer(Item item) {
        boolean taken;
        synchronized (this) {
            taken = !closed && queue.offer(item);
            if (!taken && item.line != null) {
                lose(1);
            }
        }
        if (!taken && item.durable != null) {
            item.durable.completeExceptionally(
                    new AuditUnavailableException("it is closed, or too many lines wait for its disk."));
        }
    }

    private void run() {
        try {
            while (!finished()) {
                Item first = queue.poll(IDLE_MS, TimeUnit.MILLISECONDS);
                List<Item> batch = new ArrayList<>();
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH_LINES);
                }
                write(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private synchronized boolean finished() {
        return closed && queue.isEmpty();
    }

    private void write(List<Item> batch) {
        Instant now = clock.instant();
        long reported;
        StringBuilder text = new StringBuilder();
        synchronized (this) {
            reported = lost;
            boolean due = !batch.isEmpty() && lost > 0;
            text.append(due ? AuditLine.ofCount(now, "audit.lost", lost, lostSince) : "");
        }
        text.append(counts.get());
        boolean force = false;
        for (Item item : batch) {
            text.append(item.line == null ? "" : item.line);
            force |= item.durable != null;
        }
        try {
            if (text.length() > 0 || force) {
                file.append(text.toString(), force);
                noticeLostFile();
                succeeded(batch, reported);
            }
        } catch (IOException e) {
            failed(batch, e);
        }
    }

    private void noticeLostFile() {
        boolean another;
        synchronized (this) {
            another = file.lostFiles() > lostFiles;
            lostFiles = file.lostFiles();
        }
        if (another) {
            LOG.warn(
                    "another program moved or deleted {}, and it goes on in a new file. If it was not rotated on purpose,"
                            + " look for who did it: what stood in it is gone from here",
                    AuditFile.NAME);
        }
    }

    private void succeeded(List<Item> batch, long reported) {
        synchronized (this) {
            lost -= batch.isEmpty() ? 0 : reported;
            trouble = null;
        }
        for (Item item : batch) {
            if (item.durable != null) {
                item.durable.complete(null);
            }
        }
    }

    private void failed(List<Item> batch, IOException e) {
        String why = e.getClass().getSimpleName() + ": " + e.getMessage();
        synchronized (this) {
            trouble = why;
            lose((int) batch.stream().filter(item -> item.line != null).count());
        }
        refuse(batch, why);
    }

    /** Also runs when an error ends the thread: then nobody may wait for ever. */
    private void end() {
        List<Item> rest = new ArrayList<>();
        synchronized (this) {
            closed = true;
            queue.drainTo(rest);
        }
        refuse(rest, "its thread has ended.");
        try {
            file.close();
        } catch (IOException e) {
            synchronized (this) {
                trouble = "closing failed: " + e.getMessage();
            }
        }
    }

    private static void refuse(List<Item> items, String why) {
        for (Item item : items) {
            if (item.durable != null) {
                item.durable.completeExceptionally(new AuditUnavailableException(why));
            }
        }
    }

    private void lose(int lines) {
        if (lost == 0) {
            lostSince = clock.instant();
        }
        lost += lines;
    }
}
