package io.pledgemq.engine.sim;

import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.Position;
import io.pledgemq.engine.recovery.Recovery;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.State;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Checks that older snapshots, or none, lead to the same state as the recovered one. */
final class RecoveryCheck {
    private RecoveryCheck() {}

    /** @param copy of the storage that the log lies on; its snapshots are deleted */
    static void run(SimStorage copy, Log log, State state) {
        StateCheck.recount(state, log.activeSegment());
        try {
            // A power cut may bring a third one back, whose segment is gone.
            List<Long> positions = new Snapshots(copy)
                    .positions().stream()
                            .filter(position -> Position.segment(position) >= log.firstSegment())
                            .toList();
            Violation.check(
                    log.firstSegment() == 1 || positions.size() >= 2,
                    "segments were deleted, and of two snapshots these are left: %s",
                    positions);
            for (long position : positions) {
                copy.delete(String.format(Locale.ROOT, "snapshot-%016x.dat", position));
                boolean last = position == positions.get(positions.size() - 1);
                if (!last || log.firstSegment() == 1) {
                    State other = Recovery.run(log, new Snapshots(copy)).state();
                    StateCheck.same(state, other, "without the snapshot at " + Long.toHexString(position));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("no fault is armed", e);
        }
    }
}
