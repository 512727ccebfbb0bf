package io.pledgemq.engine.log;

import io.pledgemq.engine.io.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Finds the log in a data directory and makes what it found durable. First it only reads, and refuses a damaged or
 * incomplete log without changing it; then it repairs what a crash may leave. If it crashes itself, the next opening
 * repeats it.
 */
final class LogOpening {
    private static final int CHUNK_BYTES = 256 << 10;

    private final Storage storage;
    private final SpareSegments spares;
    private final int segmentBytes;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** The result of an opening. */
    record Opened(SegmentChain chain, Tail tail, long cutBytes) {}

    LogOpening(Storage storage, SpareSegments spares, LogConfig config) {
        this.storage = storage;
        this.spares = spares;
        this.segmentBytes = config.segmentBytes();
    }

    Opened open(long wallMs) throws IOException {
        List<String> files = storage.list();
        LogStart.Start found = LogStart.read(storage);
        int start = found.first();
        NavigableSet<Integer> numbers = segmentNumbers(files);
        boolean fresh = numbers.isEmpty() && found.equals(LogStart.Start.UNKNOWN);
        if (fresh) {
            tidy(files);
            createFirst(wallMs);
            numbers.add(1);
        }
        checkStart(numbers, found);
        SegmentChain chain = SegmentChain.open(storage, numbers.tailSet(Math.max(start, 1), true));
        boolean opened = false;
        try {
            Tail tail = Tail.examine(chain.newest());
            storage.forceDirectory();
            if (!fresh) {
                tidy(files);
            }
            settleStart(numbers, start);
            long cutBytes = mendTail(chain.newest(), tail);
            sealPredecessor(chain);
            opened = true;
            return new Opened(chain, tail, cutBytes);
        } finally {
            if (!opened) {
                chain.close();
            }
        }
    }

    static NavigableSet<Integer> segmentNumbers(List<String> files) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String file : files) {
            Integer number = SegmentFile.numberIn(file);
            if (number != null) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static void checkStart(NavigableSet<Integer> numbers, LogStart.Start start) {
        DamagedRange damage = start.damage();
        int expected = Math.max(start.first(), 1);
        if (damage != null && (start.first() == 0 || !numbers.contains(expected))) {
            throw new DamagedLogException(damage);
        }
        if (!numbers.contains(expected)) {
            throw new MissingSegmentException(
                    expected,
                    start.first() == 0
                            ? "no " + LogStart.FILE + " file says that it was deleted"
                            : LogStart.FILE + " says that the log begins with it");
        }
    }

    private void createFirst(long wallMs) throws IOException {
        SegmentChain.createFirst(storage, spares.takeOrCreate(), new SegmentHeader(1, 0, wallMs, 0, 0, segmentBytes));
    }

    private void tidy(List<String> files) throws IOException {
        spares.adopt(files);
        if (files.contains(LogStart.TEMPORARY_FILE)) {
            storage.delete(LogStart.TEMPORARY_FILE);
        }
    }

    /** Deletes segments whose deletion a crash interrupted, after making the start file durable again. */
    private void settleStart(NavigableSet<Integer> numbers, int start) throws IOException {
        if (start == 0) {
            LogStart.create(storage);
        } else if (numbers.first() < start) {
            LogStart.write(storage, start);
            for (int leftover : numbers.headSet(start, false)) {
                storage.delete(SegmentFile.name(leftover));
            }
        }
    }

    /**
     * Cuts a torn tail and rewrites everything behind the watermark in place: after a failed force the page cache may
     * show bytes that are not on the disk and that no later force would write.
     */
    private long mendTail(SegmentFile newest, Tail tail) throws IOException {
        long cutBytes = zeroBehind(newest, tail.end());
        int from = Position.offset(tail.watermark());
        for (int at = from; at < tail.end(); at += chunk.limit()) {
            read(newest, at, Math.min(CHUNK_BYTES, tail.end() - at));
            newest.file().write(at, chunk.duplicate());
        }
        newest.file().force(false);
        return cutBytes;
    }

    /** Overwrites everything from {@code end} on with zeros; returns how far the bytes reached that were not zero. */
    private long zeroBehind(SegmentFile newest, int end) throws IOException {
        int last = end;
        for (int at = end; at < newest.sizeBytes(); at += chunk.limit()) {
            read(newest, at, Math.min(CHUNK_BYTES, newest.sizeBytes() - at));
            int used = usedBytes(chunk);
            if (used > 0) {
                newest.file().write(at, ByteBuffer.allocate(used));
                last = at + used;
            }
        }
        return (long) last - end;
    }

    /** Bytes up to the last one that is not zero, that one included. */
    static int usedBytes(ByteBuffer bytes) {
        int used = bytes.limit();
        while (used >= Long.BYTES && bytes.getLong(used - Long.BYTES) == 0) {
            used -= Long.BYTES;
        }
        while (used > 0 && bytes.get(used - 1) == 0) {
            used--;
        }
        return used;
    }

    private void read(SegmentFile segment, int at, int count) throws IOException {
        chunk.clear().limit(count);
        int read = segment.file().readFully(at, chunk);
        chunk.flip();
        if (read < count) {
            throw segment.damaged(at, at + count, "expected " + count + " bytes, the file ends after " + read);
        }
    }

    /**
     * Seals the segment before the newest one: a crash may have come between the creation of the newest and that seal.
     */
    private static void sealPredecessor(SegmentChain chain) throws IOException {
        SegmentFile newest = chain.newest();
        SegmentFile previous = chain.find(newest.number() - 1);
        if (previous == null) {
            return;
        }
        FrameBuffer seal = new FrameBuffer(FrameFormat.SEAL_FRAME_BYTES);
        seal.restart(newest.header().previousEnd(), newest.header().epoch());
        seal.putSeal(newest.position(SegmentHeader.BYTES));
        seal.writeTo(previous.file());
        previous.file().force(false);
        previous.file().doneWriting();
    }
}
