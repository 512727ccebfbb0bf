package io.pledgemq.engine.recovery;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.log.Batch;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.log.FrameVisitor;
import io.pledgemq.engine.log.Position;
import io.pledgemq.engine.state.Effects;
import io.pledgemq.engine.state.Invariant;
import io.pledgemq.engine.state.State;
import java.nio.BufferUnderflowException;

/** Applies the frames of a log to the state before them, and compares the digests. */
final class Replay implements FrameVisitor {
    private final State state;
    private long commands;

    Replay(State state) {
        this.state = state;
    }

    /** Commands that were applied. */
    long commands() {
        return commands;
    }

    /** @throws RecoveryException if this program does not know the frame, or the digests differ */
    @Override
    public void visit(Frame frame) {
        try {
            apply(frame);
        } catch (Invariant.Broken e) {
            throw new RecoveryException(
                    "the replay up to " + Position.text(frame.position())
                            + " comes to another state than the log says: " + e.getMessage()
                            + "; nothing was changed; keep a copy of the directory and report it, or restore a backup",
                    e);
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new RecoveryException(
                    "the frame at " + Position.text(frame.position()) + " holds nothing that this program knows: "
                            + (e.getMessage() == null ? e : e.getMessage())
                            + "; nothing was changed; start the version of PledgeMQ that wrote it",
                    e);
        }
    }

    private void apply(Frame frame) {
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
