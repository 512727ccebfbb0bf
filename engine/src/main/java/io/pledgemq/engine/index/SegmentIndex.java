package io.pledgemq.engine.index;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An open index file. In memory are the first record of each page and the time marks; a lookup reads one page for each
 * key, and another one for each 510 records found. Every page is verified when it is read. Only for the holder of the
 * lock of {@link IndexFiles}.
 */
final class SegmentIndex implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("index-(\\d{10})\\.idx");
    private static final int[] NOTHING = {};

    private final IndexHeader header;
    private final StorageFile file;
    private final long[] fences;
    private final TimeMarks marks;
    private final ByteBuffer page = IndexHeader.page();
    private int pageNumber = -1;
    private int pageRecords;

    private SegmentIndex(IndexHeader header, StorageFile file, long[] fences, TimeMarks marks) {
        this.header = header;
        this.file = file;
        this.fences = fences;
        this.marks = marks;
    }

    static String name(int segment) {
        return String.format(Locale.ROOT, "index-%010d.idx", segment);
    }

    /** The number of the segment that a file indexes, or null if it is not an index file. */
    static @Nullable Integer segmentIn(String fileName) {
        Matcher matcher = NAME.matcher(fileName);
        return matcher.matches() && matcher.group(1).compareTo("2147483648") < 0
                ? Integer.valueOf(matcher.group(1))
                : null;
    }

    /**
     * Opens the index of a segment.
     *
     * @throws IndexDamagedException if it was built from another segment, or is damaged
     */
    static SegmentIndex open(Storage storage, int segment, long createdWallMs, int end) throws IOException {
        SegmentIndex index = open(storage, segment);
        IndexHeader header = index.header;
        if (header.createdWallMs() != createdWallMs || header.end() != end) {
            index.close();
            throw new IndexDamagedException(name(segment) + " belongs to another segment: " + header);
        }
        return index;
    }

    /** Opens an index file without comparing it with its segment. */
    static SegmentIndex open(Storage storage, int segment) throws IOException {
        StorageFile file = storage.open(name(segment));
        boolean usable = false;
        try {
            ByteBuffer bytes = IndexHeader.page();
            file.readFully(0, bytes);
            IndexHeader header = IndexHeader.decode(bytes.flip(), name(segment));
            if (header.segment() != segment) {
                throw new IndexDamagedException(name(segment) + " belongs to another segment: " + header);
            }
            if (header.fileBytes() != file.sizeBytes() || header.marks() != IndexHeader.marksUpTo(header.end())) {
                throw new IndexDamagedException(
                        name(segment) + " has " + file.sizeBytes() + " bytes, expected " + header.fileBytes());
            }
            ByteBuffer tail = ByteBuffer.allocate(header.tailBytes()).order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(header.tailAt(), tail);
            if (tail.hasRemaining() || IndexHeader.crc(tail, tail.limit()) != header.tailCrc()) {
                throw new IndexDamagedException(name(segment) + ": the tail does not match its CRC32C");
            }
            tail.flip();
            long[] fences = new long[header.pages()];
            for (int i = 0; i < fences.length; i++) {
                fences[i] = tail.getLong();
            }
            SegmentIndex index = new SegmentIndex(header, file, fences, TimeMarks.read(tail, header.marks()));
            usable = true;
            return index;
        } finally {
            if (!usable) {
                file.close();
            }
        }
    }

    IndexHeader header() {
        return header;
    }

    /** Bytes in memory while it is open. */
    int residentBytes() {
        return header.tailBytes() + IndexHeader.PAGE_BYTES;
    }

    /**
     * Offsets of frames that may match, in {@code [from, to)} and in ascending order: the first ones, or the last ones
     * if the query wants the newest first. Empty only if there are no more.
     */
    int[] find(IndexQuery query, int from, int to, int limit) throws IOException {
        int begin = from;
        int end = to;
        while (begin < end) {
            int runBegin = begin;
            int runEnd = end;
            if (query.timed()) {
                runBegin = marks.firstWithin(begin, end, query);
                if (runBegin >= end) {
                    return NOTHING;
                }
                runEnd = marks.firstOutside(runBegin, end, query);
                while (query.newestFirst() && marks.firstWithin(runEnd, end, query) < end) {
                    runBegin = marks.firstWithin(runEnd, end, query);
                    runEnd = marks.firstOutside(runBegin, end, query);
                }
            }
            int[] found = merged(query, runBegin, runEnd, limit);
            if (found.length > 0) {
                return found;
            }
            begin = query.newestFirst() ? begin : runEnd;
            end = query.newestFirst() ? runBegin : end;
        }
        return NOTHING;
    }

    private int[] merged(IndexQuery query, int from, int to, int limit) throws IOException {
        int[] all = NOTHING;
        for (long key : query.keys()) {
            int[] found = find(key, from, to, query.newestFirst(), limit);
            int before = all.length;
            all = Arrays.copyOf(all, before + found.length);
            System.arraycopy(found, 0, all, before, found.length);
        }
        all = Arrays.stream(all).sorted().distinct().toArray();
        if (all.length <= limit) {
            return all;
        }
        return query.newestFirst()
                ? Arrays.copyOfRange(all, all.length - limit, all.length)
                : Arrays.copyOf(all, limit);
    }

    /** The offset of the BATCH that the frame at an offset belongs to, or -1. */
    int batchOf(int offset) throws IOException {
        int[] found = find(IndexKey.BATCH, 0, offset, true, 1);
        return found.length == 0 ? -1 : found[0];
    }

    private int[] find(long key, int from, int to, boolean last, int limit) throws IOException {
        long low = IndexKey.atOrBehind(key, from);
        long high = IndexKey.atOrBehind(key, to);
        int[] found = new int[Math.min(limit, 16)];
        int count = 0;
        int step = last ? -1 : 1;
        int number = Math.max(0, pagesBelow(last ? high : low) - 1);
        for (; number >= 0 && number < fences.length && fences[number] < high && count < limit; number += step) {
            load(number);
            int at = last ? below(high) - 1 : below(low);
            for (; at >= 0 && at < pageRecords && count < limit; at += step) {
                long record = page.getLong(at * Long.BYTES);
                if (record < low || record >= high) {
                    return inOrder(found, count, last);
                }
                if (count == found.length) {
                    found = Arrays.copyOf(found, count * 2);
                }
                found[count] = IndexKey.offset(record);
                count++;
            }
        }
        return inOrder(found, count, last);
    }

    private static int[] inOrder(int[] found, int count, boolean reversed) {
        int[] ordered = Arrays.copyOf(found, count);
        if (reversed) {
            Arrays.sort(ordered);
        }
        return ordered;
    }

    /** How many pages begin with a record below this one. */
    private int pagesBelow(long record) {
        int low = 0;
        int high = fences.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (fences[middle] < record) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** How many records of the loaded page are below this one. */
    private int below(long record) {
        int low = 0;
        int high = pageRecords;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (page.getLong(middle * Long.BYTES) < record) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void load(int number) throws IOException {
        if (pageNumber == number) {
            return;
        }
        pageNumber = -1;
        page.clear();
        file.readFully((1L + number) * IndexHeader.PAGE_BYTES, page);
        String what = name(header.segment()) + ", page " + number;
        if (page.hasRemaining()) {
            throw new IndexDamagedException(what + ": the file ends before it");
        }
        IndexHeader.check(page, what);
        int count = page.getInt(IndexHeader.COUNT_AT);
        boolean misplaced = page.getInt(IndexHeader.COUNT_AT + 4) != number
                || page.getInt(IndexHeader.COUNT_AT + 8) != header.segment();
        if (misplaced || count < 1 || count > IndexHeader.RECORDS_PER_PAGE || page.getLong(0) != fences[number]) {
            throw new IndexDamagedException(what + " is another page");
        }
        pageRecords = count;
        pageNumber = number;
    }

    /** Reads every page; returns count and sum of the records, to compare them with those of the segment. */
    IndexSum readAll() throws IOException {
        IndexSum sum = new IndexSum();
        long before = Long.MIN_VALUE;
        for (int number = 0; number < fences.length; number++) {
            load(number);
            for (int at = 0; at < pageRecords; at++) {
                long record = page.getLong(at * Long.BYTES);
                if (record < before) {
                    throw new IndexDamagedException(name(header.segment()) + ", page " + number + " is not in order");
                }
                before = record;
                sum.add(record);
            }
        }
        return sum;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
