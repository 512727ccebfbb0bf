package io.pledgemq.engine.recovery;

import io.pledgemq.engine.command.ProgressListener.Phase;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.Position;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rebuilds the state from the newest valid snapshot and a replay. Every batch carries the digest of the state before
 * it; a replay with another digest stops, because it would deliver what the log does not say.
 */
public final class Recovery {
    private static final int FIRST_SEGMENT = 1;

    private final Log log;
    private final Snapshots snapshots;
    private final List<String> warnings = new ArrayList<>();
    private final Progress progress;
    private State state = new State();
    private long from;
    private long replayBytes;
    private long segmentBytes;

    private Recovery(Log log, Snapshots snapshots, Progress progress) {
        this.log = log;
        this.snapshots = snapshots;
        this.progress = progress;
    }

    /**
     * The result of a recovery.
     *
     * @param snapshot position of the snapshot it began with, 0 without
     * @param commands replayed after it
     * @param warnings snapshots that could not be used, and why
     */
    public record Recovered(State state, long snapshot, long commands, List<String> warnings) {
        public Recovered {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Rebuilds the state of an open log.
     *
     * @throws RecoveryException if no snapshot is usable and the first segment is deleted, if the log holds frames that
     *     this program does not know, or if the replayed state differs from what the log says
     */
    public static Recovered run(Log log, Snapshots snapshots) {
        return run(log, snapshots, Progress.NONE);
    }

    /** As {@link #run(Log, Snapshots)}, and reports its progress. */
    public static Recovered run(Log log, Snapshots snapshots, Progress progress) {
        return new Recovery(log, snapshots, progress).run();
    }

    private Recovered run() {
        from = load();
        segmentBytes = log.sizeBytes() / (log.activeSegment() - log.firstSegment() + 1);
        replayBytes = bytesTo(log.durablePosition());
        progress.report(Phase.REPLAY, 0, replayBytes);
        Replay replay = new Replay(state);
        log.scan(from, frame -> replay(replay, frame));
        return new Recovered(state, from, replay.commands(), warnings);
    }

    private long load() {
        try {
            snapshots.tidy();
            for (long position : snapshots.positions()) {
                if (load(position)) {
                    return position;
                }
            }
        } catch (IOException e) {
            throw new RecoveryException("the snapshots cannot be listed: " + e.getMessage(), e);
        }
        if (log.firstSegment() != FIRST_SEGMENT) {
            throw new RecoveryException(
                    "no snapshot is usable and the log begins with segment " + log.firstSegment()
                            + ", so the state cannot be made from it; nothing was changed; restore a snapshot file from a backup. "
                            + String.join("; ", warnings),
                    null);
        }
        return 0;
    }

    private boolean load(long position) {
        if (position > log.durablePosition()) {
            throw new RecoveryException(
                    "the log ends at " + Long.toHexString(log.durablePosition()) + ", before the snapshot at "
                            + Long.toHexString(position)
                            + ": segments are missing; nothing was changed; restore them from a backup",
                    null);
        }
        if (Position.segment(position) < log.firstSegment()) {
            warnings.add("snapshot passed over: the log begins behind its position " + Long.toHexString(position));
            return false;
        }
        try {
            state = snapshots
                    .read(position, (done, total) -> progress.report(Phase.SNAPSHOT, done, total))
                    .state();
            return true;
        } catch (IOException e) {
            warnings.add("snapshot passed over: " + e.getMessage());
            return false;
        }
    }

    /** Bytes logged between the snapshot and a position, as if all segments were equally large. */
    private long bytesTo(long position) {
        int first = Math.max(Position.segment(from), log.firstSegment());
        long segments = (long) Position.segment(position) - first;
        long begun = from == 0 ? 0 : Position.offset(from);
        return Math.max(0, segments * segmentBytes + Position.offset(position) - begun);
    }

    private void replay(Replay replay, Frame frame) {
        progress.report(Phase.REPLAY, bytesTo(frame.position()), replayBytes);
        replay.visit(frame);
    }
}
