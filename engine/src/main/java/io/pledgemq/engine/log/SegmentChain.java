package io.pledgemq.engine.log;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import java.io.IOException;
import java.util.Collection;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The open segments, oldest to newest, without a gap; each header says where the previous segment ended. One thread
 * adds and removes, any thread may look up.
 */
final class SegmentChain {
    private final Storage storage;
    private final ConcurrentNavigableMap<Integer, SegmentFile> segments = new ConcurrentSkipListMap<>();

    private SegmentChain(Storage storage) {
        this.storage = storage;
    }

    /**
     * Opens the segments with these numbers, at least one, and verifies their headers and that they follow each other.
     */
    static SegmentChain open(Storage storage, SortedSet<Integer> numbers) throws IOException {
        SegmentChain chain = new SegmentChain(storage);
        boolean complete = false;
        try {
            int expected = numbers.first();
            for (int number : numbers) {
                if (number != expected) {
                    throw new MissingSegmentException(
                            expected,
                            "the segments " + numbers.first() + " to " + numbers.last() + " should all be there");
                }
                SegmentFile segment = SegmentFile.open(storage, number);
                chain.segments.put(number, segment);
                chain.checkFollows(segment);
                expected++;
            }
            complete = true;
            return chain;
        } finally {
            if (!complete) {
                chain.close();
            }
        }
    }

    private void checkFollows(SegmentFile segment) {
        SegmentFile previous = segments.get(segment.number() - 1);
        if (previous == null) {
            return;
        }
        long end = segment.header().previousEnd();
        if (Position.segment(end) != previous.number()
                || Position.offset(end) < SegmentHeader.BYTES
                || Position.offset(end) > previous.sizeBytes() - FrameFormat.SEAL_FRAME_BYTES) {
            throw segment.damaged(
                    0,
                    SegmentHeader.BYTES,
                    "expected that the previous segment ended in segment " + previous.number() + ", found "
                            + Position.text(end));
        }
    }

    /** Turns a spare into the newest segment; returns when header and name are durable. */
    SegmentFile add(String spare, SegmentHeader header) throws IOException {
        return addTo(storage, spare, header, segments);
    }

    /** Turns a spare into the first segment of a new log. */
    static void createFirst(Storage storage, String spare, SegmentHeader header) throws IOException {
        addTo(storage, spare, header, new ConcurrentSkipListMap<>()).file().close();
    }

    private static SegmentFile addTo(
            Storage storage, String spare, SegmentHeader header, ConcurrentNavigableMap<Integer, SegmentFile> segments)
            throws IOException {
        try (StorageFile file = storage.open(spare)) {
            file.write(0, header.encode());
            file.force(false);
        }
        String name = SegmentFile.name(header.number());
        storage.rename(spare, name);
        storage.forceDirectory();
        SegmentFile segment = new SegmentFile(header, storage.open(name));
        segments.put(header.number(), segment);
        return segment;
    }

    /** Deletes the oldest segment. */
    void deleteOldest() throws IOException {
        SegmentFile oldest = oldest();
        segments.remove(oldest.number());
        oldest.file().close();
        storage.delete(oldest.name());
        storage.forceDirectory();
    }

    SegmentFile oldest() {
        return segments.firstEntry().getValue();
    }

    SegmentFile newest() {
        return segments.lastEntry().getValue();
    }

    @Nullable
    SegmentFile find(int number) {
        return segments.get(number);
    }

    /** The segments from this number on, oldest first, including those that are added meanwhile. */
    Collection<SegmentFile> from(int number) {
        return segments.tailMap(number, true).values();
    }

    int count() {
        return segments.size();
    }

    void close() throws IOException {
        for (SegmentFile segment : segments.values()) {
            segment.file().close();
        }
    }
}
