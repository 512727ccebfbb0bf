package io.pledgemq.engine.writer;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.log.FrameReader;
import io.pledgemq.engine.log.Log;

/**
 * Messages by their position, from the cache or from the log with their checksum verified. Any thread may read forced
 * messages.
 */
public final class Messages {
    private final Log log;
    private final RecentMessages recent = new RecentMessages();

    /** Only for the delivering thread. */
    private final FrameReader inOrder;

    Messages(Log log) {
        this.log = log;
        this.inOrder = log.reader();
    }

    void stored(long position, Message message) {
        recent.put(position, message);
    }

    /**
     * The message stored at this position.
     *
     * @throws io.pledgemq.engine.log.DamagedLogException if its bytes do not verify
     */
    public Message at(long position) {
        Message cached = recent.get(position);
        if (cached != null) {
            return cached;
        }
        Frame frame = log.read(position);
        return CommandCodec.message(frame.type(), frame.version(), frame.payload());
    }

    /** As {@link #at}, only for the delivering thread: reads a backlog with few disk reads. */
    Message next(long position) {
        Message cached = recent.get(position);
        if (cached != null) {
            return cached;
        }
        Frame frame = inOrder.read(position);
        return CommandCodec.message(frame.type(), frame.version(), frame.payload());
    }

    /** The reason of a failure that was logged at this position; empty for 0. */
    public String failureAt(long position) {
        if (position == 0) {
            return "";
        }
        Command command = commandAt(position);
        if (command instanceof Command.Fail fail) {
            return fail.reason();
        }
        if (command instanceof Command.SettleDead settled) {
            return "edited and delivered again by " + settled.by().name();
        }
        if (command instanceof Command.CarryForward carried) {
            return carried.failure();
        }
        return "the lease ran out: the consumer neither acknowledged nor failed in time";
    }

    /** The command logged at this position. */
    public Command commandAt(long position) {
        Frame frame = log.read(position);
        return CommandCodec.decode(frame.type(), frame.version(), frame.payload(), true);
    }
}
