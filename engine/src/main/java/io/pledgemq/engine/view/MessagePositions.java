package io.pledgemq.engine.view;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.index.IndexKey;
import io.pledgemq.engine.index.IndexQuery;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.log.Frame;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Finds the positions of messages in the log: where they were stored, edited, and carried to. */
public final class MessagePositions {
    private final Set<MessageId> wanted;
    private final Set<Long> found = new HashSet<>();

    private MessagePositions(Collection<MessageId> wanted) {
        this.wanted = Set.copyOf(wanted);
    }

    /**
     * Positions of these messages. Reads a page for each segment and message, and the segments without an index whole.
     *
     * @param from first position to search
     * @param to behind the last one
     */
    public static Set<Long> of(LogIndex index, Collection<MessageId> ids, long from, long to) {
        MessagePositions positions = new MessagePositions(ids);
        long[] keys = positions.wanted.stream().mapToLong(IndexKey::ofId).toArray();
        if (keys.length > 0) {
            index.visit(IndexQuery.of(from, keys).within(from, to), positions::visit);
        }
        return positions.found;
    }

    private boolean visit(Frame frame, long ignored) {
        long position = frame.position();
        Command command = CommandCodec.decode(frame.type(), frame.version(), frame.payload(), false);
        if (command instanceof Command.Send send) {
            note(send.message(), position);
        } else if (command instanceof Command.Prepare prepare) {
            note(prepare.message(), position);
        } else if (command instanceof Command.SettleDead settle && settle.edited() != null) {
            note(settle.edited(), position);
        } else if (command instanceof Command.CarryForward carried) {
            note(carried.message(), position);
            note(carried.message(), carried.position());
        }
        return true;
    }

    private void note(Message message, long position) {
        if (wanted.contains(message.id())) {
            found.add(position);
        }
    }
}
