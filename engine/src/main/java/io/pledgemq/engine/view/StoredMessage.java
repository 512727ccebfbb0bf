package io.pledgemq.engine.view;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.log.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A message as one frame of the log stores it.
 *
 * @param position of the frame
 * @param origin position where it was first stored, as far as is known
 * @param half stored as a half message
 * @param carried stored again, so that its old segment could be deleted
 * @param published known to have been committed when it was carried
 */
record StoredMessage(
        Message message,
        long position,
        long origin,
        long storedAtMs,
        boolean half,
        boolean carried,
        boolean published) {

    /** Reads a frame; null if it stores no message, or only an edited body of one. */
    static @Nullable StoredMessage of(Frame frame, long wallMs) {
        Command command = CommandCodec.decode(frame.type(), frame.version(), frame.payload(), true);
        long position = frame.position();
        if (command instanceof Command.Send send) {
            return new StoredMessage(send.message(), position, position, wallMs, false, false, true);
        }
        if (command instanceof Command.Prepare prepare) {
            return new StoredMessage(prepare.message(), position, position, wallMs, true, false, false);
        }
        return command instanceof Command.CarryForward carried ? of(carried, position, wallMs) : null;
    }

    private static StoredMessage of(Command.CarryForward carried, long position, long wallMs) {
        boolean published = !carried.places().isEmpty() || carried.deliverySlots().length > 0;
        if (carried.events().isEmpty()) {
            return new StoredMessage(carried.message(), position, carried.position(), wallMs, true, true, published);
        }
        HistoryEvent first = HistoryEvent.ofLine(carried.events().get(0));
        boolean half = first.type() == CommandType.PREPARE;
        return new StoredMessage(carried.message(), position, first.position(), first.wallMs(), half, true, published);
    }
}
