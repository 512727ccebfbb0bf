package io.pledgemq.engine.log;

import io.pledgemq.engine.io.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole log and reports all damage, not only the first. Writes nothing. For a log that no process has open:
 * bytes that a running writer has not forced may be reported as a torn tail.
 */
public final class LogVerifier {
    private static final int CHUNK_BYTES = 256 << 10;

    private final Storage storage;
    private final FrameVisitor visitor;
    private final TreeMap<Integer, SegmentFile> readable = new TreeMap<>();
    private final List<DamagedRange> damaged = new ArrayList<>();
    private int segments;
    private long frames;
    private long bytes;
    private long batches;
    private long firstPosition;
    private long lastPosition;
    private long endPosition;
    private long watermark;
    private long tornTailBytes;

    private LogVerifier(Storage storage, FrameVisitor visitor) {
        this.storage = storage;
        this.visitor = visitor;
    }

    /** Verifies everything; a directory without a log has no segments and no damage. */
    public static LogReport verify(Storage storage) throws IOException {
        return verify(storage, frame -> {});
    }

    /** As {@link #verify(Storage)}, and passes all valid frames to the visitor, in order. */
    public static LogReport verify(Storage storage, FrameVisitor visitor) throws IOException {
        LogVerifier verifier = new LogVerifier(storage, visitor);
        try {
            return verifier.run();
        } finally {
            for (SegmentFile segment : verifier.readable.values()) {
                segment.file().close();
            }
        }
    }

    private LogReport run() throws IOException {
        NavigableSet<Integer> numbers = LogOpening.segmentNumbers(storage.list());
        int start = startOf();
        if (start > 0) {
            numbers.headSet(start, false).clear();
        }
        segments = numbers.size();
        if (start > 0 || !numbers.isEmpty()) {
            findMissing(numbers, Math.max(start, 1));
        }
        for (int number : numbers) {
            openSegment(number);
        }
        for (SegmentFile segment : readable.values()) {
            boolean newest = segment.number() == numbers.last();
            endPosition = Math.max(endPosition, segment.position(SegmentHeader.BYTES));
            walk(segment, newest, readable.get(segment.number() + 1));
        }
        if (!numbers.isEmpty()) {
            findMissingBehind(numbers.last());
        }
        return new LogReport(
                segments,
                frames,
                bytes,
                batches,
                firstPosition,
                lastPosition,
                endPosition,
                tornTailBytes,
                List.copyOf(damaged));
    }

    private int startOf() throws IOException {
        LogStart.Start start = LogStart.read(storage);
        DamagedRange damage = start.damage();
        if (damage != null) {
            damaged.add(damage);
        }
        return start.first();
    }

    private void findMissing(NavigableSet<Integer> numbers, int first) {
        int last = numbers.isEmpty() ? first : numbers.last();
        for (int number = first; number <= last; number++) {
            if (!numbers.contains(number)) {
                damaged.add(new DamagedRange(SegmentFile.name(number), 0, 0, "the file is missing"));
            }
        }
    }

    /** A seal says that the next segment was begun. */
    private void findMissingBehind(int newest) {
        for (int number = newest + 1; number <= Position.segment(watermark); number++) {
            String evidence = "the file is missing: " + SegmentFile.name(number - 1) + " says that it was begun";
            damaged.add(new DamagedRange(SegmentFile.name(number), 0, 0, evidence));
        }
    }

    private void openSegment(int number) throws IOException {
        try {
            readable.put(number, SegmentFile.open(storage, number));
        } catch (DamagedLogException e) {
            damaged.add(new DamagedRange(e.file(), e.from(), e.to(), String.valueOf(e.getMessage())));
        }
    }

    private void walk(SegmentFile segment, boolean newest, @Nullable SegmentFile next) throws IOException {
        int limit = next == null
                ? segment.sizeBytes()
                : Position.offset(next.header().previousEnd());
        FrameCursor cursor = new FrameCursor(segment, limit);
        int at = SegmentHeader.BYTES;
        int epoch = segment.header().epoch();
        while (at < limit) {
            if (cursor.moveTo(at) && cursor.epoch() >= epoch) {
                count(cursor);
                epoch = cursor.epoch();
            } else if (next == null && !provenDamage(segment, at, epoch, cursor.complaint())) {
                endOf(segment, newest, at);
                return;
            } else {
                String complaint = cursor.complaint();
                boolean more = cursor.seek(at + FrameFormat.ALIGNMENT);
                if (next != null) {
                    damaged.add(new DamagedRange(segment.name(), at, cursor.offset(), complaint));
                }
                at = more ? cursor.offset() : limit;
                continue;
            }
            at = cursor.end();
        }
    }

    /** If the next segment is missing or unreadable, the watermarks decide, as at the opening. */
    private boolean provenDamage(SegmentFile segment, int at, int epoch, String complaint) throws IOException {
        DamagedRange range = Tail.damageBehind(segment, at, epoch, complaint);
        if (range != null) {
            damaged.add(range);
        }
        return range != null;
    }

    /**
     * Counts the rest of the newest segment as a torn tail. Where an older segment with an unreadable successor ends is
     * unknown.
     */
    private void endOf(SegmentFile segment, boolean newest, int at) throws IOException {
        if (!newest) {
            return;
        }
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = at; from < segment.sizeBytes(); from += CHUNK_BYTES) {
            chunk.clear();
            segment.file().readFully(from, chunk);
            int used = LogOpening.usedBytes(chunk.flip());
            tornTailBytes = used > 0 ? from + used - at : tornTailBytes;
        }
    }

    private void count(FrameCursor cursor) {
        Frame frame = cursor.frame();
        frames++;
        bytes += cursor.end() - cursor.offset();
        batches += frame.isBatch() ? 1 : 0;
        firstPosition = firstPosition == 0 ? frame.position() : firstPosition;
        lastPosition = frame.position();
        endPosition = frame.position() - cursor.offset() + cursor.end();
        watermark = Math.max(watermark, Tail.watermarkOf(frame));
        visitor.visit(frame);
    }
}
