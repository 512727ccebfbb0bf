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
 * Finds the decision of a half message that the state has forgotten, in the log, by the index, as long as the half
 * message's segment exists. It goes forward from the half message and ends at the decision, most often in the same
 * segment.
 */
public final class DecisionLookup {
    private final long position;
    private final MessageId id;
    private @Nullable Decision found;

    private DecisionLookup(long position, MessageId id) {
        this.position = position;
        this.id = id;
    }

    /** The decision, or null if the log knows no such half message any more. */
    public static @Nullable Decision find(Log log, LogIndex index, long position, MessageId id) {
        boolean possible = Position.segment(position) >= log.firstSegment() && position < log.durablePosition();
        return possible && isHalfMessage(log, position, id) ? find(index, position, id) : null;
    }

    /** As {@link #find(Log, LogIndex, long, MessageId)}, where it is known that it was one. */
    static @Nullable Decision find(LogIndex index, long position, MessageId id) {
        DecisionLookup lookup = new DecisionLookup(position, id);
        index.visit(IndexQuery.of(position, IndexKey.ofPosition(position)), lookup::visit);
        return lookup.found;
    }

    /** The caller's transaction id may be anything, so what stands there may be no frame at all. */
    private static boolean isHalfMessage(Log log, long position, MessageId id) {
        try {
            Frame frame = log.read(position);
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
                    && decide.transactionId() == position
                    && decide.id().sameAs(id)) {
                found = decide.decision();
            }
        }
        return found == null;
    }
}
