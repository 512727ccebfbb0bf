package io.pledgemq.engine.codec;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Silence;
import java.nio.ByteBuffer;

/** Encodes commands about half messages and delayed messages that do not contain the message itself. */
final class PendingCodec {
    private PendingCodec() {}

    static void encode(ByteBuffer out, Command command) {
        if (command instanceof Command.AskCheck ask) {
            out.putInt(ask.slot()).putLong(ask.transactionId());
            Strings.put(out, ask.instance());
            out.put((byte) (ask.counted() ? 1 : 0)).putLong(ask.nextInMs());
        } else if (command instanceof Command.AnswerUnknown answer) {
            out.putInt(answer.slot()).putLong(answer.transactionId());
            Strings.put(out, answer.instance());
            Strings.put(out, answer.detail());
        } else if (command instanceof Command.Park park) {
            out.putInt(park.slot()).putLong(park.transactionId());
        } else if (command instanceof Command.Publish publish) {
            out.putInt(publish.slot()).putLong(publish.position());
        } else if (command instanceof Command.SilentCheck silent) {
            out.putInt(silent.slot()).putLong(silent.transactionId());
            out.put((byte) silent.why().code()).putLong(silent.nextInMs());
        } else if (command instanceof Command.AskAgain again) {
            out.putInt(again.slot()).putLong(again.transactionId());
        } else if (command instanceof Command.CheckAgain again) {
            out.putLong(again.transactionId());
            Strings.put(out, again.id().text());
            CommandCodec.party(out, again.by());
        } else if (command instanceof Command.Recall recall) {
            Strings.put(out, recall.id().text());
            CommandCodec.party(out, recall.by());
        } else {
            throw new IllegalArgumentException("not about a pending message: " + command.type());
        }
    }

    static Command decode(CommandType type, ByteBuffer in) {
        return switch (type) {
            case ASK_CHECK ->
                new Command.AskCheck(in.getInt(), in.getLong(), Strings.get(in), in.get() != 0, in.getLong());
            case ANSWER_UNKNOWN ->
                new Command.AnswerUnknown(in.getInt(), in.getLong(), Strings.get(in), Strings.get(in));
            case PARK -> new Command.Park(in.getInt(), in.getLong());
            case PUBLISH -> new Command.Publish(in.getInt(), in.getLong());
            case SILENT_CHECK ->
                new Command.SilentCheck(in.getInt(), in.getLong(), Silence.ofCode(in.get()), in.getLong());
            case ASK_AGAIN -> new Command.AskAgain(in.getInt(), in.getLong());
            case CHECK_AGAIN ->
                new Command.CheckAgain(in.getLong(), MessageId.of(Strings.get(in)), CommandCodec.party(in));
            case RECALL -> new Command.Recall(MessageId.of(Strings.get(in)), CommandCodec.party(in));
            default -> throw new IllegalArgumentException("not about a pending message: " + type);
        };
    }
}
