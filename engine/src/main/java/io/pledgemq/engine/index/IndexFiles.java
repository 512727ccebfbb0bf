package io.pledgemq.engine.index;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.log.Log;
import java.io.IOException;
import java.lang.System.Logger;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The usable index files; the most recently used ones are open. If reading one fails, its segment has no index until a
 * new one is built. Safe for all threads; one lookup runs at a time.
 */
final class IndexFiles {
    private static final Logger LOG = System.getLogger(IndexFiles.class.getName());

    /** Most files whose page bounds are in memory; the storage bounds how many are really open. */
    private static final int MAX_OPEN = 512;

    private final Storage storage;
    private final Log log;
    private final long maxResidentBytes;
    /** In the order of their last use. */
    private final Map<Integer, SegmentIndex> open = new LinkedHashMap<>(16, 0.75f, true);
    /** Segments whose index is damaged or missing, and was not rebuilt since. */
    private final Set<Integer> unusable = new HashSet<>();

    private long residentBytes;
    /** The log's first segment when old files were last deleted. */
    private int tidied;

    IndexFiles(Storage storage, Log log, long maxResidentBytes) {
        this.storage = storage;
        this.log = log;
        this.maxResidentBytes = maxResidentBytes;
    }

    /** As {@link SegmentIndex#find}; null if the segment has no index that can be used. */
    synchronized int @Nullable [] find(int segment, IndexQuery query, int from, int to, int limit) {
        SegmentIndex index = usable(segment);
        if (index == null) {
            return null;
        }
        try {
            return index.find(query, from, to, limit);
        } catch (IOException e) {
            drop(segment, e.getMessage());
            return null;
        }
    }

    /** As {@link SegmentIndex#batchOf}; -1 also if the segment has no index that can be used. */
    synchronized int batchOf(int segment, int offset) {
        SegmentIndex index = usable(segment);
        try {
            return index == null ? -1 : index.batchOf(offset);
        } catch (IOException e) {
            drop(segment, e.getMessage());
            return -1;
        }
    }

    /** Returns whether a sealed segment has an index that looks usable. */
    synchronized boolean has(int segment) {
        return usable(segment) != null;
    }

    private @Nullable SegmentIndex usable(int segment) {
        SegmentIndex index = open.get(segment);
        int end = log.endOf(segment);
        if (index != null || end < 0 || unusable.contains(segment)) {
            return index;
        }
        try {
            if (!storage.exists(SegmentIndex.name(segment))) {
                unusable.add(segment);
                return null;
            }
            index = SegmentIndex.open(storage, segment, log.createdWallMs(segment), end);
        } catch (IOException e) {
            drop(segment, e.getMessage());
            return null;
        }
        open.put(segment, index);
        residentBytes += index.residentBytes();
        closeEldest();
        return index;
    }

    private void closeEldest() {
        Iterator<SegmentIndex> eldest = open.values().iterator();
        while (open.size() > 1 && (residentBytes > maxResidentBytes || open.size() > MAX_OPEN)) {
            SegmentIndex index = eldest.next();
            eldest.remove();
            close(index);
        }
    }

    private void close(SegmentIndex index) {
        residentBytes -= index.residentBytes();
        try {
            index.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "an index file could not be closed", e);
        }
    }

    /** Stops using the index of a segment, because it gave a wrong answer or none. */
    synchronized void drop(int segment, @Nullable String why) {
        if (unusable.add(segment)) {
            LOG.log(
                    Logger.Level.WARNING,
                    "the index of segment " + segment + " is not used and will be rebuilt: " + why);
        }
        SegmentIndex index = open.remove(segment);
        if (index != null) {
            close(index);
        }
    }

    /** Records that a new file replaced the old one, or that it is deleted. */
    synchronized void replaced(int segment) {
        SegmentIndex index = open.remove(segment);
        if (index != null) {
            close(index);
        }
        unusable.remove(segment);
    }

    /** Deletes the files of deleted segments. */
    synchronized void tidy() throws IOException {
        int first = log.firstSegment();
        if (first == tidied) {
            return;
        }
        tidied = first;
        unusable.removeIf(segment -> segment < first);
        for (String name : storage.list()) {
            Integer segment = SegmentIndex.segmentIn(name);
            if (segment != null && segment < first) {
                replaced(segment);
                storage.delete(name);
            }
        }
    }

    /** Bytes of memory that open files use. */
    synchronized long residentBytes() {
        return residentBytes;
    }

    synchronized void close() {
        open.values().forEach(this::close);
        open.clear();
    }
}
