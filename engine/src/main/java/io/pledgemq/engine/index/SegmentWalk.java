package io.pledgemq.engine.index;

import io.pledgemq.engine.log.Batch;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.Position;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One query in one segment. Each visited frame narrows the range, so that the rest can be read without the index as
 * soon as that proves wrong. For one thread.
 */
final class SegmentWalk {
    /** Offsets fetched at a time from an index. */
    private static final int PLACES = 256;

    private final Log log;
    private final IndexFiles files;
    private final IndexQuery query;
    private final int segment;
    private final HitVisitor visitor;
    private final FrameKeys keys = new FrameKeys(this::compare);
    private int from;
    private int to;
    private boolean wanted;
    private int batchAt = -1;
    private long wallMs;

    SegmentWalk(Log log, IndexFiles files, IndexQuery query, int segment, HitVisitor visitor) {
        this.log = log;
        this.files = files;
        this.query = query;
        this.segment = segment;
        this.visitor = visitor;
        from = Position.segment(query.from()) == segment ? Position.offset(query.from()) : 0;
        to = Position.segment(query.to()) == segment ? Position.offset(query.to()) : Integer.MAX_VALUE;
    }

    private void compare(long key) {
        wanted |= query.wants(key);
    }

    private boolean isWanted(Frame frame) {
        wanted = false;
        keys.of(frame);
        return wanted;
    }

    /** Returns whether the visitor wants more. */
    boolean run() {
        int end = log.endOf(segment);
        while (end >= 0) {
            int[] places = files.find(segment, query, from, Math.min(to, end), PLACES);
            if (places == null) {
                return scan();
            }
            if (places.length == 0) {
                return true;
            }
            for (int i = 0; i < places.length; i++) {
                int place = places[query.newestFirst() ? places.length - 1 - i : i];
                Frame frame = frameAt(place);
                if (frame == null) {
                    return scan();
                }
                narrow(place);
                if (isWanted(frame) && !visitor.visit(frame, wallMs)) {
                    return false;
                }
            }
        }
        return scan();
    }

    private void narrow(int place) {
        if (query.newestFirst()) {
            to = place;
        } else {
            from = place + 1;
        }
    }

    /** Reads the frame at an offset from the index, and its time; null if the index is wrong. */
    private @Nullable Frame frameAt(int place) {
        try {
            int batch = files.batchOf(segment, place);
            if (batch >= 0 && batch != batchAt) {
                Frame opening = log.read(Position.of(segment, batch));
                if (opening.isBatch()) {
                    wallMs = Batch.of(opening).wallMs();
                    batchAt = batch;
                }
            }
            if (batch >= 0 && batch == batchAt) {
                return log.read(Position.of(segment, place));
            }
        } catch (LogException | IllegalArgumentException e) {
            // The scan that follows shows whether the log or the index is wrong.
            files.drop(segment, e.getMessage());
            return null;
        }
        files.drop(segment, "no batch begins before " + place);
        return null;
    }

    /** Ends a scan when the visitor has enough. */
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super("enough was found", null, false, false);
        }
    }

    private boolean scan() {
        Places found = new Places();
        try {
            log.scan(Position.of(segment, 0), Position.of(segment + 1, 0), frame -> visit(frame, found));
        } catch (Enough e) {
            return false;
        }
        for (int i = found.count - 1; i >= 0; i--) {
            Frame frame = log.read(Position.of(segment, found.offsets[i]));
            if (!visitor.visit(frame, found.wallMs[i])) {
                return false;
            }
        }
        return true;
    }

    private void visit(Frame frame, Places found) {
        if (frame.isBatch()) {
            wallMs = Batch.of(frame).wallMs();
        }
        int offset = Position.offset(frame.position());
        if (offset < from || offset >= to || !isWanted(frame)) {
            return;
        }
        if (query.newestFirst()) {
            found.add(offset, wallMs);
        } else if (!visitor.visit(frame, wallMs)) {
            throw new Enough();
        }
    }

    /** Frames that a scan found and that are visited in the reverse order. */
    private static final class Places {
        int[] offsets = new int[16];
        long[] wallMs = new long[16];
        int count;

        void add(int offset, long time) {
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, count * 2);
                wallMs = Arrays.copyOf(wallMs, count * 2);
            }
            offsets[count] = offset;
            wallMs[count] = time;
            count++;
        }
    }
}
