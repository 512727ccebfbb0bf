package io.pledgemq.engine.view;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.index.IndexKey;
import io.pledgemq.engine.index.IndexQuery;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.Position;
import org.jspecify.annotations.Nullable;

/**
 * Finds the decision of a half message that the state has forgotten: in the log, by the index, as long as the half
 * message's segment exists. It searches forward from the half message to the decision, which most often is in the same
 * segment.
 */
public final class DecisionLookup {
    private final long transactionId;
    private final MessageId id;
    private @Nullable Decision found;

    private DecisionLookup(long transactionId, MessageId id) {
        this.transactionId = transactionId;
        this.id = id;
    }

    /** The decision, or null if the log no longer has such a half message. */
    public static @Nullable Decision find(Log log, LogIndex index, long transactionId, MessageId id) {
        boolean possible =
                Position.segment(transactionId) >= log.firstSegment() && transactionId < log.durablePosition();
        return possible && isHalfMessage(log, transactionId, id) ? find(index, transactionId, id) : null;
    }

    /** As {@link #find(Log, LogIndex, long, MessageId)}, if it is known to be a half message. */
    static @Nullable Decision find(LogIndex index, long transactionId, MessageId id) {
        DecisionLookup lookup = new DecisionLookup(transactionId, id);
        index.visit(IndexQuery.of(transactionId, IndexKey.ofPosition(transactionId)), lookup::visit);
        return lookup.found;
    }

    /** The caller's transaction id may be any number, so there may be no frame at that position. */
    private static boolean isHalfMessage(Log log, long transactionId, MessageId id) {
        try {
            Frame frame = log.read(transactionId);
            return frame.isEntry()
                    && CommandCodec.decode(frame.type(), frame.version(), frame.payload(), false)
                            instanceof Command.Prepare prepare
                    && prepare.message().id().sameAs(id);
        } catch (LogException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns whether to go on. */
    private boolean visit(Frame frame, long wallMs) {
        if (frame.type() == CommandType.DECIDE.code()) {
            Command command = CommandCodec.decode(frame.type(), frame.version(), frame.payload(), false);
            if (command instanceof Command.Decide decide
                    && decide.transactionId() == transactionId
                    && decide.id().sameAs(id)) {
                found = decide.decision();
            }
        }
        return found == null;
    }
}
