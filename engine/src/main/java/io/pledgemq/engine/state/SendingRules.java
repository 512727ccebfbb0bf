package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import org.jspecify.annotations.Nullable;

/** The rules for incoming messages: sent, prepared, published when due, recalled. */
final class SendingRules {
    private static final long DAY_MS = 86_400_000;

    private final State state;

    SendingRules(State state) {
        this.state = state;
    }

    @Nullable
    Outcome answer(Command.Send command, Limits limits) {
        Message message = command.message();
        Outcome refused = refuse(message, limits);
        if (refused != null) {
            return refused;
        }
        Topic topic = state.topics.get(message.topic());
        if (topic == null) {
            return CatalogRules.unknownTopic(message.topic());
        }
        if (topic.config().type() == TopicType.TRANSACTION) {
            return wrongType(topic, "plain", "prepare it, or send to a NORMAL topic");
        }
        Outcome mismatch = mismatch(topic, message);
        if (mismatch != null) {
            return mismatch;
        }
        Outcome duplicate = duplicate(message, topic);
        if (duplicate != null) {
            return duplicate;
        }
        return message.deliverAtMs() > state.wallMs ? overLimit(message, limits.rows()) : null;
    }

    @Nullable
    Outcome answer(Command.Prepare command, Limits limits) {
        Message message = command.message();
        Outcome refused = refuse(message, limits);
        if (refused != null) {
            return refused;
        }
        Topic topic = state.topics.get(message.topic());
        if (topic == null) {
            return CatalogRules.unknownTopic(message.topic());
        }
        if (topic.config().type() == TopicType.NORMAL) {
            return wrongType(topic, "prepared", "use a TRANSACTION topic");
        }
        Outcome mismatch = mismatch(topic, message);
        if (mismatch != null) {
            return mismatch;
        }
        Outcome duplicate = duplicate(message, topic);
        if (duplicate != null) {
            return duplicate;
        }
        int prepared = state.prepared(Hashes.ofText(command.sender().service()));
        if (prepared >= limits.preparedPerSender()) {
            return new Outcome.Refused(
                    Refusal.TOO_MANY_PREPARED,
                    "limit preparedPerSender=" + limits.preparedPerSender() + " is reached by service '"
                            + command.sender().service() + "': decide its undecided messages first");
        }
        return overLimit(message, limits.rows());
    }

    /** Refuses a message that is not published at once if the limits leave no row for it. */
    private @Nullable Outcome overLimit(Message message, Limits.Rows rows) {
        Pending pending = state.pending;
        if (pending.used() >= rows.pending()) {
            return new Outcome.Refused(
                    Refusal.TOO_MANY_PENDING,
                    "limit pending=" + rows.pending() + " is reached by " + pending.undecided() + " undecided and "
                            + pending.delayed() + " delayed messages: decide undecided ones first (are their senders"
                            + " running?), wait for delayed ones, or raise the limit and the heap");
        }
        if (message.deliverAtMs() > state.wallMs && pending.delayed() >= rows.delayed()) {
            return new Outcome.Refused(
                    Refusal.TOO_MANY_DELAYED,
                    "limit delayed=" + rows.delayed() + " is reached by messages that wait for their time: send later,"
                            + " recall some, or raise the limit and the heap");
        }
        return null;
    }

    private @Nullable Outcome refuse(Message message, Limits limits) {
        if (TopicConfig.holdsDeadLetters(message.topic())) {
            return new Outcome.Refused(
                    Refusal.WRONG_TOPIC_TYPE,
                    "topic '" + message.topic() + "' holds dead letters, which only the engine publishes: "
                            + "send to the topic that the message is for");
        }
        if (message.body().length > limits.bodyBytes()) {
            return new Outcome.Refused(
                    Refusal.BODY_TOO_LARGE,
                    "body of message " + message.id() + " has " + message.body().length + " bytes, limit bodyBytes="
                            + limits.bodyBytes() + "; send a reference to large data instead");
        }
        int bytes = propertyBytes(message);
        if (message.properties().size() > limits.properties() || bytes > limits.propertiesBytes()) {
            return new Outcome.Refused(
                    Refusal.PROPERTIES_TOO_LARGE,
                    "message " + message.id() + " has " + message.properties().size() + " properties with " + bytes
                            + " bytes, limits properties=" + limits.properties() + " propertiesBytes="
                            + limits.propertiesBytes());
        }
        if (message.deliverAtMs() - state.wallMs > limits.delayMs()) {
            return new Outcome.Refused(
                    Refusal.DELAY_TOO_LONG,
                    "message " + message.id() + " is to be delivered in " + (message.deliverAtMs() - state.wallMs)
                            + " ms, limit delayMs=" + limits.delayMs() + " (" + limits.delayMs() / DAY_MS
                            + " days); send it later, or deliver it earlier");
        }
        return null;
    }

    private static int propertyBytes(Message message) {
        int bytes = length(message.key()) + length(message.tag()) + length(message.messageGroup());
        for (var property : message.properties().entrySet()) {
            bytes += property.getKey().length() + property.getValue().length();
        }
        return bytes;
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static Outcome.Refused wrongType(Topic topic, String kind, String advice) {
        return new Outcome.Refused(
                Refusal.WRONG_TOPIC_TYPE,
                "topic '" + topic.config().name() + "' is of type "
                        + topic.config().type() + " and takes no " + kind + " message: " + advice);
    }

    private static @Nullable Outcome mismatch(Topic topic, Message message) {
        TopicType type = topic.config().type();
        if (type == TopicType.FIFO && message.messageGroup() == null) {
            return wrongType(topic, "message without a message group", "give it one");
        }
        if (type != TopicType.FIFO && message.messageGroup() != null) {
            return wrongType(topic, "message with a message group", "use a FIFO topic");
        }
        if (type != TopicType.DELAY && message.deliverAtMs() > 0) {
            return wrongType(topic, "delayed message", "use a DELAY topic");
        }
        return null;
    }

    /** A message that is sent again gets the position of the first one; on another topic it is refused. */
    private @Nullable Outcome duplicate(Message message, Topic topic) {
        long high = message.id().high();
        long low = message.id().low();
        int slot = state.pending.find(high, low);
        if (slot >= 0 && state.pending.topic(slot) != topic.id()) {
            return new Outcome.Refused(
                    Refusal.CONFLICT,
                    "message " + message.id() + " waits in another topic than '" + message.topic()
                            + "': an id belongs to one message; send under a new one");
        }
        if (slot >= 0) {
            return new Outcome.Stored(state.pending.transactionId(slot), true);
        }
        Recent.Remembered remembered = state.recent.find(high, low);
        return remembered == null ? null : new Outcome.Stored(remembered.position(), true);
    }

    Outcome apply(long position, Command.Send command, Effects effects) {
        Message message = command.message();
        Topic topic = topicOf(message);
        topic.stored++;
        if (message.deliverAtMs() > state.wallMs) {
            delay(position, message, topic, effects);
        } else {
            state.recent.add(message.id().high(), message.id().low(), position, Recent.Ending.SENT);
            state.segments.hold(position);
            state.publish(topic, position, groupHash(message), effects);
        }
        return new Outcome.Stored(position, false);
    }

    private Topic topicOf(Message message) {
        Topic topic = state.topics.get(message.topic());
        if (topic == null) {
            throw new Invariant.Broken("topic of a stored message exists: " + message.topic());
        }
        return topic;
    }

    private static long groupHash(Message message) {
        String group = message.messageGroup();
        return group == null ? 0 : Hashes.ofText(group);
    }

    private void delay(long position, Message message, Topic topic, Effects effects) {
        Pending pending = state.pending;
        int slot = pending.add(message.id().high(), message.id().low(), position);
        pending.due(slot, message.deliverAtMs());
        pending.sender(slot, 0, 0, false);
        pending.kind(slot, topic.id(), 0, Pending.DELAYED);
        pending.timing(slot, groupHash(message), message.deliverAtMs(), state.wallMs);
        topic.pending++;
        state.segments.hold(position);
        state.chose(slot);
        effects.delayed(slot);
    }

    Outcome apply(long position, Command.Prepare command, Effects effects) {
        Message message = command.message();
        Topic topic = topicOf(message);
        topic.stored++;
        topic.pending++;
        long service = Hashes.ofText(command.sender().service());
        Pending pending = state.pending;
        int slot = pending.add(message.id().high(), message.id().low(), position);
        pending.due(slot, state.engineMs + command.firstCheckInMs());
        Sender sender = command.sender();
        pending.sender(slot, service, Hashes.ofText(sender.instance()), sender.othersOfTopic());
        pending.kind(slot, topic.id(), 0, Pending.UNDECIDED);
        pending.timing(slot, groupHash(message), message.deliverAtMs(), state.wallMs);
        if (command.ordered() && topic.config().type() == TopicType.FIFO) {
            pending.ordered(slot, true);
            state.publishOrder.append(pending, slot);
        }
        state.preparedByService.add(service, 1);
        state.segments.hold(position);
        state.chose(slot);
        effects.checkScheduled(slot);
        return new Outcome.Stored(position, false);
    }

    @Nullable
    Outcome answer(Command.Publish command) {
        Pending pending = state.pending;
        boolean due = pending.holds(command.slot(), command.position())
                && pending.state(command.slot()) == Pending.DELAYED
                && pending.due(command.slot()) <= state.wallMs;
        return due ? null : Outcome.DONE;
    }

    Outcome apply(Command.Publish command, Effects effects) {
        Pending pending = state.pending;
        int slot = command.slot();
        Invariant.check(
                pending.holds(slot, command.position()), "published message is pending", command.position(), slot);
        Topic topic = state.topic(pending.topic(slot));
        long groupHash = pending.messageGroup(slot);
        long position = pending.position(slot);
        Recent.Ending ending = pending.service(slot) == 0 ? Recent.Ending.SENT : Recent.Ending.COMMITTED;
        state.recent.add(pending.idHigh(slot), pending.idLow(slot), command.position(), ending);
        effects.pendingDone(slot);
        pending.remove(slot);
        topic.pending--;
        state.publish(topic, position, groupHash, effects);
        return Outcome.DONE;
    }

    @Nullable
    Outcome answer(Command.Recall command) {
        Pending pending = state.pending;
        int slot = pending.find(command.id().high(), command.id().low());
        if (slot >= 0 && pending.state(slot) == Pending.DELAYED) {
            return null;
        }
        Recent.Remembered remembered =
                state.recent.find(command.id().high(), command.id().low());
        if (remembered != null && remembered.ending() == Recent.Ending.RECALLED) {
            return Outcome.DONE;
        }
        return new Outcome.Refused(
                Refusal.UNKNOWN_MESSAGE,
                "message " + command.id()
                        + " is not waiting for its delivery time: it was never delayed, or is delivered already");
    }

    Outcome apply(Command.Recall command, Effects effects) {
        Pending pending = state.pending;
        int slot = pending.find(command.id().high(), command.id().low());
        Invariant.check(slot >= 0, "recalled message is pending", 0, slot);
        long position = pending.position(slot);
        long transactionId = pending.transactionId(slot);
        Topic topic = state.topic(pending.topic(slot));
        state.recent.add(command.id().high(), command.id().low(), transactionId, Recent.Ending.RECALLED);
        effects.pendingDone(slot);
        pending.remove(slot);
        topic.pending--;
        topic.rolledBack++;
        state.segments.release(position);
        return Outcome.DONE;
    }
}
