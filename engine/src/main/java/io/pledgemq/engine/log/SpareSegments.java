package io.pledgemq.engine.log;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import io.pledgemq.engine.io.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Segment files created ahead of use: filled with zeros and forced, so that appending to one needs neither space nor
 * metadata. They are the disk reserve. A file has its name {@code spare-N.log} only when it is complete;
 * {@code spare-N.tmp} is unfinished and deleted at the next opening. Safe for several threads.
 */
final class SpareSegments {
    private static final Pattern COMPLETE = Pattern.compile("spare-(\\d{1,9})\\.log");
    private static final Pattern UNFINISHED = Pattern.compile("spare-\\d{1,9}\\.tmp");
    private static final int CHUNK_BYTES = 1 << 20;

    private final Storage storage;
    private final int segmentBytes;
    private final ArrayDeque<String> names = new ArrayDeque<>();
    private int nextNumber = 1;

    SpareSegments(Storage storage, int segmentBytes) {
        this.storage = storage;
        this.segmentBytes = segmentBytes;
    }

    /** Takes over the complete spares that an earlier run left and deletes unfinished and wrongly sized ones. */
    synchronized void adopt(List<String> files) throws IOException {
        for (String name : files) {
            Matcher complete = COMPLETE.matcher(name);
            if (complete.matches()) {
                nextNumber = Math.max(nextNumber, Integer.parseInt(complete.group(1)) + 1);
                if (storage.sizeBytes(name) == segmentBytes) {
                    names.add(name);
                } else {
                    storage.delete(name);
                }
            } else if (UNFINISHED.matcher(name).matches()) {
                storage.delete(name);
            }
        }
    }

    synchronized int count() {
        return names.size();
    }

    /** Returns the name of a spare, which then belongs to the caller; creates one if there is none. */
    String takeOrCreate() throws IOException {
        String spare = take();
        while (spare == null) {
            create();
            spare = take();
        }
        return spare;
    }

    private synchronized @Nullable String take() {
        return names.poll();
    }

    /** Creates one more; leaves nothing behind if the disk is full. */
    void create() throws IOException {
        int number = takeNumber();
        String unfinished = "spare-" + number + ".tmp";
        String complete = "spare-" + number + ".log";
        try {
            fill(unfinished);
        } catch (StorageFullException e) {
            if (storage.exists(unfinished)) {
                storage.delete(unfinished);
            }
            throw e;
        }
        storage.rename(unfinished, complete);
        storage.forceDirectory();
        add(complete);
    }

    private void fill(String name) throws IOException {
        try (StorageFile file = storage.create(name)) {
            ByteBuffer zeros = ByteBuffer.allocate(Math.min(CHUNK_BYTES, segmentBytes));
            for (int offset = 0; offset < segmentBytes; offset += zeros.limit()) {
                zeros.clear().limit(Math.min(zeros.capacity(), segmentBytes - offset));
                file.write(offset, zeros);
            }
            file.force(true);
        }
    }

    private synchronized int takeNumber() {
        return nextNumber++;
    }

    private synchronized void add(String name) {
        names.add(name);
    }
}
