package io.pledgemq.engine.codec;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.GroupConfig;
import java.nio.ByteBuffer;

/** Encodes commands about topics, groups and subscriptions. */
final class CatalogCodec {
    private CatalogCodec() {}

    static void encode(ByteBuffer out, Command command) {
        if (command instanceof Command.CreateTopic create) {
            Strings.put(out, create.config().name());
            out.put((byte) create.config().type().code());
            out.put((byte) create.config().queues());
        } else if (command instanceof Command.DeleteTopic delete) {
            Strings.put(out, delete.topic());
        } else if (command instanceof Command.PutGroup put) {
            group(out, put.config());
        } else if (command instanceof Command.DeleteGroup delete) {
            Strings.put(out, delete.group());
            out.put((byte) (delete.evenIfUnsettled() ? 1 : 0));
        } else if (command instanceof Command.PauseGroup pause) {
            Strings.put(out, pause.group());
            out.put((byte) (pause.paused() ? 1 : 0));
        } else if (command instanceof Command.Subscribe subscribe) {
            Strings.put(out, subscribe.group());
            Strings.put(out, subscribe.topic());
            out.put((byte) (subscribe.fromStart() ? 1 : 0));
        } else if (command instanceof Command.Unsubscribe unsubscribe) {
            Strings.put(out, unsubscribe.group());
            Strings.put(out, unsubscribe.topic());
            out.put((byte) (unsubscribe.evenIfUnsettled() ? 1 : 0));
        } else if (command instanceof Command.MoveCursor move) {
            Strings.put(out, move.group());
            Strings.put(out, move.topic());
            out.putLong(move.offset());
        } else if (command instanceof Command.Trim trim) {
            Strings.put(out, trim.topic());
            out.putLong(trim.beforeOffset());
        } else {
            throw new IllegalArgumentException("not about the catalog: " + command.type());
        }
    }

    private static void group(ByteBuffer out, GroupConfig config) {
        Strings.put(out, config.name());
        out.put((byte) (config.fifo() ? 1 : 0));
        out.putInt(config.maxAttempts());
        Strings.put(out, config.retry().text());
        out.put((byte) config.onExhausted().code());
        out.put((byte) (config.deadLetterBlocks() ? 1 : 0));
    }

    static Command decode(CommandType type, ByteBuffer in) {
        return switch (type) {
            case CREATE_TOPIC -> new Command.CreateTopic(CommandCodec.topicConfig(in));
            case DELETE_TOPIC -> new Command.DeleteTopic(Strings.get(in));
            case PUT_GROUP -> new Command.PutGroup(CommandCodec.groupConfig(in));
            case DELETE_GROUP -> new Command.DeleteGroup(Strings.get(in), in.get() != 0);
            case PAUSE_GROUP -> new Command.PauseGroup(Strings.get(in), in.get() != 0);
            case SUBSCRIBE -> new Command.Subscribe(Strings.get(in), Strings.get(in), in.get() != 0);
            case UNSUBSCRIBE -> new Command.Unsubscribe(Strings.get(in), Strings.get(in), in.get() != 0);
            case MOVE_CURSOR -> new Command.MoveCursor(Strings.get(in), Strings.get(in), in.getLong());
            case TRIM -> new Command.Trim(Strings.get(in), in.getLong());
            default -> throw new IllegalArgumentException("not about the catalog: " + type);
        };
    }
}
