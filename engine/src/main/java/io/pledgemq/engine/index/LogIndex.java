package io.pledgemq.engine.index;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.Position;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.util.Set;

/**
 * Finds the frames about a message, by the index where a segment has one, by reading the segment where it has none: the
 * active one, and those sealed a moment ago. The answer is the same. An index only says where to look: each frame is
 * read from the log, verified, and asked whether it has the key; an index that names a place where no frame is, or that
 * is damaged, is not used any more and rebuilt.
 *
 * <p>Safe for all threads. One of them may {@link #buildNext} and {@link #tidy}.
 */
public final class LogIndex implements AutoCloseable {
    /** What open index files may hold in memory. */
    public static final long MAX_RESIDENT_BYTES = 4 << 20;

    /** Records sorted at a time when an index is made: 4 MiB, and as much again for the sorting. */
    public static final int CHUNK_ENTRIES = 1 << 19;

    private final Storage storage;
    private final Log log;
    private final IndexFiles files;
    private final int chunkEntries;

    /** An index with the usual bounds. */
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
     * Hands every durable frame that has one of the keys to the visitor, in the order asked for, until it has enough.
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
                // What was deleted meanwhile is forgotten.
                if (segment >= log.firstSegment()) {
                    throw e;
                }
            }
        }
    }

    /**
     * Makes the index of the oldest sealed segment that has none.
     *
     * @param except segments to leave alone
     * @return its number, or 0 if none is missing or the disk has less room than the segment takes
     * @throws Failed if that was not possible; the log answers in its place
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
        files.made(segment);
        return true;
    }

    /** An index could not be made. */
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

    /** Deletes the index files of segments that are gone. */
    public void tidy() throws IOException {
        files.tidy();
    }

    /** Returns whether a sealed segment has an index. */
    public boolean has(int segment) {
        return files.has(segment);
    }

    /** Bytes that open index files hold in memory. */
    public long residentBytes() {
        return files.residentBytes();
    }

    @Override
    public void close() {
        files.close();
    }
}
