package io.pledgemq.engine.index;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sorts any number of longs in bounded memory: sorts chunks, appends them to a file, and merges them. Needs 8 bytes for
 * each number of a chunk, as much again while it sorts, and {@value #MERGE_BYTES} bytes for each written chunk; if all
 * numbers fit one chunk it uses no file. For one thread.
 */
final class EntrySorter implements AutoCloseable {
    static final String FILE = "index-sort.tmp";

    private static final int MERGE_BYTES = 16 << 10;

    private final Storage storage;
    private final long[] chunk;
    private final List<Run> runs = new ArrayList<>();
    private @Nullable StorageFile file;
    private int used;
    private long written;

    EntrySorter(Storage storage, int chunkEntries) {
        this.storage = storage;
        this.chunk = new long[chunkEntries];
    }

    /** Receives the sorted numbers. */
    interface Output {
        void put(long entry) throws IOException;
    }

    void add(long entry) throws IOException {
        if (used == chunk.length) {
            writeRun();
        }
        chunk[used] = entry;
        used++;
    }

    /** Passes all numbers to the output in ascending order, once. */
    void drain(Output output) throws IOException {
        if (runs.isEmpty()) {
            Arrays.sort(chunk, 0, used);
            for (int i = 0; i < used; i++) {
                output.put(chunk[i]);
            }
            return;
        }
        writeRun();
        PriorityQueue<Run> heads = new PriorityQueue<>(runs.size(), Comparator.comparingLong(run -> run.head));
        for (Run run : runs) {
            if (run.next()) {
                heads.add(run);
            }
        }
        while (true) {
            Run least = heads.poll();
            if (least == null) {
                return;
            }
            output.put(least.head);
            if (least.next()) {
                heads.add(least);
            }
        }
    }

    private void writeRun() throws IOException {
        StorageFile target = file;
        if (target == null) {
            target = storage.create(FILE);
            file = target;
        }
        Arrays.sort(chunk, 0, used);
        long from = written;
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(MERGE_BYTES, used * Long.BYTES));
        for (int i = 0; i < used; i++) {
            if (!bytes.hasRemaining()) {
                flush(target, bytes);
            }
            bytes.putLong(chunk[i]);
        }
        flush(target, bytes);
        runs.add(new Run(target, from, written));
        used = 0;
    }

    private void flush(StorageFile target, ByteBuffer bytes) throws IOException {
        bytes.flip();
        int count = bytes.remaining();
        target.write(written, bytes);
        written += count;
        bytes.clear();
    }

    @Override
    public void close() throws IOException {
        StorageFile open = file;
        if (open != null) {
            file = null;
            open.close();
            storage.delete(FILE);
        }
    }

    /** One sorted stretch of the file, read from its beginning. */
    private static final class Run {
        private final StorageFile file;
        private final long end;
        private final ByteBuffer bytes = ByteBuffer.allocate(MERGE_BYTES);
        private LongBuffer window = LongBuffer.allocate(0);
        private long at;
        long head;

        Run(StorageFile file, long from, long end) {
            this.file = file;
            this.at = from;
            this.end = end;
        }

        boolean next() throws IOException {
            if (!window.hasRemaining()) {
                if (at == end) {
                    return false;
                }
                bytes.clear().limit((int) Math.min(MERGE_BYTES, end - at));
                int wanted = bytes.remaining();
                if (file.readFully(at, bytes) < wanted) {
                    throw new IOException(FILE + " ends before " + end);
                }
                at += wanted;
                window = bytes.flip().asLongBuffer();
            }
            head = window.get();
            return true;
        }
    }
}
