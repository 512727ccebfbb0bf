package io.pledgemq.engine.view;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.Position;
import org.jspecify.annotations.Nullable;

/**
 * How a half message was decided that the state has forgotten: read from the log, from the half message on, as long as
 * its segment lives. Most decisions follow their half message closely, so few bytes are read.
 */
public final class DecisionLookup {
    private final long ref;
    private final MessageId id;
    private @Nullable Decision found;

    private DecisionLookup(long ref, MessageId id) {
        this.ref = ref;
        this.id = id;
    }

    /** The decision, or null if the log knows no such half message any more. */
    public static @Nullable Decision find(Log log, long ref, MessageId id) {
        boolean possible = Position.segment(ref) >= log.firstSegment() && ref < log.durablePosition();
        if (!possible || !isHalfMessage(log, ref, id)) {
            return null;
        }
        DecisionLookup lookup = new DecisionLookup(ref, id);
        long from = ref;
        for (int segment = Position.segment(ref); segment <= log.activeSegment() && lookup.found == null; segment++) {
            long next = Position.of(segment + 1, 0);
            log.scan(from, next, lookup::visit);
            from = next;
        }
        return lookup.found;
    }

    /** The caller's transaction id may be anything, so what stands there may be no frame at all. */
    private static boolean isHalfMessage(Log log, long ref, MessageId id) {
        try {
            Frame frame = log.read(ref);
            return frame.isEntry()
                    && CommandCodec.decode(frame.type(), frame.version(), frame.payload(), false)
                            instanceof Command.Prepare prepare
                    && prepare.message().id().sameAs(id);
        } catch (LogException | IllegalArgumentException e) {
            return false;
        }
    }

    private void visit(Frame frame) {
        if (found == null && frame.type() == CommandType.DECIDE.code()) {
            Command command = CommandCodec.decode(frame.type(), frame.version(), frame.payload(), false);
            if (command instanceof Command.Decide decide
                    && decide.ref() == ref
                    && decide.id().sameAs(id)) {
                found = decide.decision();
            }
        }
    }
}
