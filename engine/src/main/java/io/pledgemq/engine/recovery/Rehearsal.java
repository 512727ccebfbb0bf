package io.pledgemq.engine.recovery;

import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.log.FrameVisitor;
import io.pledgemq.engine.log.LogReport;
import io.pledgemq.engine.log.Position;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a {@link Recovery} would fail at. Reads the snapshots first, then gets all frames of the log from
 * {@link io.pledgemq.engine.log.LogVerifier}. Changes nothing, and needs the memory that a recovery needs.
 */
public final class Rehearsal implements FrameVisitor {
    private static final int FIRST_SEGMENT = 1;

    private final List<Long> positions;
    private final List<String> unusable = new ArrayList<>();
    private final Replay replay;
    private long base;
    private long newest;
    private @Nullable String failed;
    private long lastEnd;
    /** Frames are missing: what follows them cannot be applied. */
    private boolean gap;

    /** @throws IOException if the snapshots cannot be listed */
    public Rehearsal(Snapshots snapshots) throws IOException {
        positions = snapshots.positions();
        State state = new State();
        for (long position : positions) {
            newest = Math.max(newest, position);
            try {
                if (base == 0) {
                    state = snapshots.read(position).state();
                    base = position;
                } else {
                    snapshots.verify(position);
                }
            } catch (IOException e) {
                unusable.add(String.valueOf(e.getMessage()));
            }
        }
        replay = new Replay(state);
    }

    @Override
    public void visit(Frame frame) {
        if (failed == null && !gap && frame.position() >= base) {
            gap = lastEnd != 0 && !frame.follows(lastEnd);
            lastEnd = frame.end();
            try {
                if (!gap) {
                    replay.visit(frame);
                }
            } catch (RecoveryException e) {
                failed = e.getMessage();
            }
        }
    }

    /** Snapshot files that cannot be used, each with the reason. A start passes them over. */
    public List<String> unusable() {
        return List.copyOf(unusable);
    }

    /** From where a start gets its state. */
    public String start() {
        return base == 0
                ? "from the log alone, from its beginning on"
                : "from " + Snapshots.name(base) + " and what was logged after it";
    }

    /** Why a recovery of this log fails; null if it works. Says nothing about a log that is damaged itself. */
    public @Nullable String failure(LogReport log) {
        if (newest > log.endPosition()) {
            return Snapshots.name(newest) + " is of a longer log: this one ends at " + Position.text(log.endPosition())
                    + ", segments are missing; restore them from a backup";
        }
        if (log.segments() == 0) {
            return null;
        }
        boolean whole = Position.segment(log.firstPosition()) == FIRST_SEGMENT;
        boolean bridged = base > 0 && Position.segment(base) >= Position.segment(log.firstPosition());
        if (!whole && !bridged) {
            return "the log begins with segment " + Position.segment(log.firstPosition())
                    + " and no snapshot is usable, so the state cannot be made from it; restore a snapshot file from a backup";
        }
        return failed;
    }
}
