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
public final class Places {
    private final Set<MessageId> wanted;
    private final Set<Long> found = new HashSet<>();

    private Places(Collection<MessageId> wanted) {
        this.wanted = Set.copyOf(wanted);
    }

    /**
     * Positions of these messages. Takes a page for each segment and message, and the reading of the segments without
     * an index.
     *
     * @param from first position to look at
     * @param to behind the last one
     */
    public static Set<Long> of(LogIndex index, Collection<MessageId> ids, long from, long to) {
        Places places = new Places(ids);
        long[] keys = places.wanted.stream().mapToLong(IndexKey::ofId).toArray();
        if (keys.length > 0) {
            index.visit(IndexQuery.of(from, keys).within(from, to), places::look);
        }
        return places.found;
    }

    private boolean look(Frame frame, long ignored) {
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
