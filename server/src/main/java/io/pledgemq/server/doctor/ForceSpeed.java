package io.pledgemq.server.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Overwrites 4 KiB of a preallocated file and forces it, again and again: the cost of one durable message. A disk that
 * answers faster than any disk can write may keep the data in a cache that a power cut empties.
 *
 * @param directory on the disk
 */
record ForceSpeed(Path directory) {
    private static final int BLOCK = 4 << 10;
    private static final int BLOCKS = 256;
    private static final int MOST = 400;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int PERCENT = 100;
    private static final int P99 = 99;

    /** Below any flash known to us, and about what a system call alone takes. */
    private static final long TOO_FAST_NANOS = TimeUnit.MICROSECONDS.toNanos(10);

    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    Finding examine() {
        Path file = directory.resolve("doctor-" + ProcessHandle.current().pid() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                return judge(measure(channel));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            return Finding.fail(
                    "force", "cannot write and force in " + directory + ": " + e, "correct owner, mode or disk");
        }
    }

    private static long[] measure(FileChannel channel) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        for (int i = 0; i < BLOCKS; i++) {
            channel.write(block.clear(), (long) i * BLOCK);
        }
        channel.force(true);
        long[] nanos = new long[MOST];
        long begin = System.nanoTime();
        int count = 0;
        while (count < MOST && System.nanoTime() - begin < LONGEST_NANOS) {
            long before = System.nanoTime();
            block.clear().putLong(0, before);
            channel.write(block, (long) (count % BLOCKS) * BLOCK);
            channel.force(false);
            nanos[count++] = System.nanoTime() - before;
        }
        return Arrays.copyOf(nanos, count);
    }

    /** @param nanos at least one */
    static Finding judge(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        long median = sorted[sorted.length / 2];
        long p99 = sorted[Math.min(sorted.length - 1, sorted.length * P99 / PERCENT)];
        String found = String.format(
                Locale.ROOT,
                "4 KiB written and forced in %.3f ms (median), %.3f ms (p99), %d times",
                median / 1e6,
                p99 / 1e6,
                sorted.length);
        if (median < TOO_FAST_NANOS) {
            return Finding.warn(
                    "force",
                    found + ": faster than a disk writes",
                    "see whether the disk, its controller or the virtual machine keeps writes in a volatile cache;"
                            + " a power cut loses acknowledged messages then");
        }
        if (median > SLOW_NANOS || p99 > STALL_NANOS) {
            return Finding.warn(
                    "force", found + ": slow", "every acknowledgement waits for it; use a faster or less busy disk");
        }
        return Finding.ok("force", found);
    }
}
