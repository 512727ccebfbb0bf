package io.pledgemq.engine.index;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import io.pledgemq.engine.log.Batch;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Builds the index of one sealed segment: one pass over its frames, a sort, and a file that gets its name when it is
 * complete and forced. Needs the memory of {@link EntrySorter}, 8 bytes for each page and 16 for each 128 KiB of the
 * segment. For one thread.
 */
final class IndexBuilder {
    static final String UNFINISHED = "index.tmp";

    private static final int PAUSE_EVERY_BYTES = 1 << 20;

    private final Storage storage;
    private final Log log;
    private final int segment;
    private final int end;
    private final Pace pace;
    private final EntrySorter sorter;
    private final TimeMarks marks;
    private final IndexSum added = new IndexSum();
    private final FrameKeys keys = new FrameKeys(this::add);
    private int offset;
    private int nextPause;
    private long wallMs;

    private IndexBuilder(Storage storage, Log log, int segment, EntrySorter sorter, Pace pace) {
        this.storage = storage;
        this.log = log;
        this.segment = segment;
        this.end = log.endOf(segment);
        this.sorter = sorter;
        this.pace = pace;
        this.marks = new TimeMarks(IndexHeader.marksUpTo(end));
    }

    /**
     * Builds an index, which replaces an existing one.
     *
     * @throws io.pledgemq.engine.io.StorageFullException if the disk is full; nothing is left behind
     * @throws IOException if the storage fails; {@link #tidy} deletes what is left behind
     */
    static void build(Storage storage, Log log, int segment, int chunkEntries, Pace pace) throws IOException {
        tidy(storage);
        try (EntrySorter sorter = new EntrySorter(storage, chunkEntries)) {
            IndexBuilder builder = new IndexBuilder(storage, log, segment, sorter, pace);
            builder.collect();
            builder.write();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            tidy(storage);
        }
    }

    /** Deletes what an interrupted {@link #build} left. */
    static void tidy(Storage storage) throws IOException {
        for (String file : new String[] {UNFINISHED, EntrySorter.FILE}) {
            if (storage.exists(file)) {
                storage.delete(file);
            }
        }
    }

    private void collect() {
        log.scan(Position.of(segment, 0), Position.of(segment + 1, 0), this::visit);
    }

    private void visit(Frame frame) {
        offset = Position.offset(frame.position());
        if (offset >= nextPause) {
            nextPause = offset + PAUSE_EVERY_BYTES;
            pace.pause();
        }
        if (frame.isBatch()) {
            wallMs = Batch.of(frame).wallMs();
        }
        marks.note(offset, wallMs);
        keys.of(frame);
        if (keys.carriedWallMs() != 0) {
            marks.note(offset, keys.carriedWallMs());
        }
    }

    private void add(long key) {
        long record = IndexKey.record(key, offset);
        added.add(record);
        try {
            sorter.add(record);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write() throws IOException {
        try (StorageFile file = storage.create(UNFINISHED)) {
            IndexPages pages = new IndexPages(file, segment, pace);
            sorter.drain(pages::put);
            pages.finish();
            if (!pages.sum().sameAs(added)) {
                throw new IOException("what was sorted is not what was found in segment " + segment);
            }
            long[] fences = pages.fences();
            int count = IndexHeader.marksUpTo(end);
            IndexHeader sizes = new IndexHeader(segment, 0, end, fences.length, 0, 0, count, 0);
            ByteBuffer tail = ByteBuffer.allocate(sizes.tailBytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (long fence : fences) {
                tail.putLong(fence);
            }
            marks.write(tail);
            int tailCrc = IndexHeader.crc(tail, tail.limit());
            file.write(sizes.tailAt(), tail.flip());
            IndexHeader header = new IndexHeader(
                    segment,
                    log.createdWallMs(segment),
                    end,
                    fences.length,
                    added.records(),
                    added.sum(),
                    count,
                    tailCrc);
            file.write(0, header.encode());
            file.force(true);
        }
        storage.rename(UNFINISHED, SegmentIndex.name(segment));
        storage.forceDirectory();
    }
}
