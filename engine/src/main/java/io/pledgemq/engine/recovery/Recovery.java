package io.pledgemq.engine.recovery;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.log.Batch;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.Position;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.Effects;
import io.pledgemq.engine.state.Invariant;
import io.pledgemq.engine.state.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Newest valid snapshot plus replay. Every batch carries the digest of the state before it; a replay that comes to
 * another one stops, because going on would deliver what the log does not say.
 */
public final class Recovery {
    private static final int FIRST_SEGMENT = 1;

    private final Log log;
    private final Snapshots snapshots;
    private final List<String> warnings = new ArrayList<>();
    private State state = new State();
    private long commands;

    private Recovery(Log log, Snapshots snapshots) {
        this.log = log;
        this.snapshots = snapshots;
    }

    /**
     * What came out.
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
     * Makes the state of an open log.
     *
     * @throws RecoveryException if no snapshot is usable and the log does not begin at its beginning
     */
    public static Recovered run(Log log, Snapshots snapshots) {
        return new Recovery(log, snapshots).run();
    }

    private Recovered run() {
        long from = load();
        log.scan(from, this::replay);
        return new Recovered(state, from, commands, warnings);
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
            state = snapshots.read(position).state();
            return true;
        } catch (IOException e) {
            warnings.add("snapshot passed over: " + e.getMessage());
            return false;
        }
    }

    private void replay(Frame frame) {
        if (frame.isBatch()) {
            Batch batch = Batch.of(frame);
            if (batch.kind() == Batch.STARTED) {
                Invariant.check(
                        batch.stateHash() == state.digest(),
                        "digest of the replayed state",
                        batch.stateHash(),
                        state.digest());
                state.time(batch.engineMs(), batch.wallMs());
            }
        } else if (frame.isEntry()) {
            Command command = CommandCodec.decode(frame.type(), frame.version(), frame.payload(), false);
            state.apply(frame.position(), command, Effects.NONE);
            commands++;
        }
    }
}
