package io.pledgemq.engine.index;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.Position;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.util.Set;

/**
 * Finds the frames about a message: by its index where a segment has one, else by reading the segment, which is so for
 * the active one and for those sealed a moment ago. The answer is the same. An index only says where to look: each
 * frame is read from the log, verified, and checked for the key; an index that is damaged, or names a position without
 * a frame, is not used any more and rebuilt.
 *
 * <p>Safe for all threads. One of them may {@link #buildNext} and {@link #tidy}.
 */
public final class LogIndex implements AutoCloseable {
    /** Most memory that open index files may use. */
    public static final long MAX_RESIDENT_BYTES = 4 << 20;

    /** Records sorted at a time when an index is built: 4 MiB, and as much again for the sorting. */
    public static final int CHUNK_ENTRIES = 1 << 19;

    private final Storage storage;
    private final Log log;
    private final IndexFiles files;
    private final int chunkEntries;

    /** An index with the default bounds. */
    public LogIndex(Storage storage, Log log) {
        this(storage, log, MAX_RESIDENT_BYTES, CHUNK_ENTRIES);
    }

    public LogIndex(Storage storage, Log log, long maxResidentBytes, int chunkEntries) {
        this.storage = storage;
        this.log = log;
        this.files = new IndexFiles(storage, log, maxResidentBytes);
        this.chunkEntries = chunkEntries;
    }

    /**
     * Passes every durable frame with one of the keys to the visitor, in the order of the query, until the visitor ends
     * it.
     *
     * @throws io.pledgemq.engine.log.DamagedLogException if the log does not verify where it is read
     * @throws LogException if the storage fails
     */
    public void visit(IndexQuery query, HitVisitor visitor) {
        int first = Math.max(log.firstSegment(), Position.segment(Math.max(query.from(), 0)));
        int last = Math.min(log.activeSegment(), Position.segment(query.to()));
        for (int i = 0; i <= last - first; i++) {
            int segment = query.newestFirst() ? last - i : first + i;
            try {
                if (!new SegmentWalk(log, files, query, segment, visitor).run()) {
                    return;
                }
            } catch (LogException e) {
                // A segment that was deleted meanwhile has nothing to find.
                if (segment >= log.firstSegment()) {
                    throw e;
                }
            }
        }
    }

    /**
     * Builds the index of the oldest sealed segment that has none.
     *
     * @param except segments to skip
     * @return its number, or 0 if none is missing or the disk has less free space than the segment takes
     * @throws Failed if that failed; lookups then read the segment itself
     */
    public int buildNext(Set<Integer> except, Pace pace) throws Failed {
        for (int segment = log.firstSegment(); segment < log.activeSegment(); segment++) {
            if (!except.contains(segment) && log.endOf(segment) >= 0 && !files.has(segment)) {
                return build(segment, pace) ? segment : 0;
            }
        }
        return 0;
    }

    private boolean build(int segment, Pace pace) throws Failed {
        try {
            if (storage.freeBytes() < log.endOf(segment)) {
                return false;
            }
            IndexBuilder.build(storage, log, segment, chunkEntries, pace);
        } catch (IOException | LogException | IllegalArgumentException | BufferUnderflowException e) {
            throw new Failed(segment, e);
        }
        files.replaced(segment);
        return true;
    }

    /** An index could not be built. */
    public static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        private final int segment;

        Failed(int segment, Exception cause) {
            super("the index of segment " + segment + " could not be made: " + cause.getMessage(), cause);
            this.segment = segment;
        }

        public int segment() {
            return segment;
        }
    }

    /** Deletes the index files of deleted segments. */
    public void tidy() throws IOException {
        files.tidy();
    }

    /** Returns whether a sealed segment has an index. */
    public boolean has(int segment) {
        return files.has(segment);
    }

    /** Bytes of memory that open index files use. */
    public long residentBytes() {
        return files.residentBytes();
    }

    @Override
    public void close() {
        files.close();
    }
}
