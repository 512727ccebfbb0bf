package io.pledgemq.engine.index;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.log.Position;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Compares index files with the frames of their segments. It first receives all frames from
 * {@link io.pledgemq.engine.log.LogVerifier}, then reads the files. Writes nothing.
 */
public final class IndexVerifier {
    private final Storage storage;
    private final TreeMap<Integer, IndexSum> expected = new TreeMap<>();
    private final FrameKeys keys = new FrameKeys(this::add);
    private long position;

    public IndexVerifier(Storage storage) {
        this.storage = storage;
    }

    /** Takes the next frame of the log. */
    public void visit(Frame frame) {
        position = frame.position();
        try {
            keys.of(frame);
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            // A frame of a newer program, so its index is newer too.
            return;
        }
    }

    private void add(long key) {
        expected.computeIfAbsent(Position.segment(position), segment -> new IndexSum())
                .add(IndexKey.record(key, Position.offset(position)));
    }

    /** Reads all index files. */
    public IndexReport report() throws IOException {
        int files = 0;
        List<IndexReport.Fault> faults = new ArrayList<>();
        for (String name : storage.list()) {
            Integer segment = SegmentIndex.segmentIn(name);
            if (segment != null) {
                files++;
                try (SegmentIndex index = SegmentIndex.open(storage, segment)) {
                    compare(index.readAll(), expected.getOrDefault(segment, new IndexSum()));
                } catch (IOException e) {
                    faults.add(new IndexReport.Fault(name, String.valueOf(e.getMessage())));
                }
            }
        }
        return new IndexReport(files, faults);
    }

    private static void compare(IndexSum found, IndexSum wanted) throws IndexDamagedException {
        if (!found.sameAs(wanted)) {
            throw new IndexDamagedException(
                    "its " + found.records() + " records are not those of the segment, which has " + wanted.records());
        }
    }
}
