package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.log.Position;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.writer.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks that everything the model still needs is stored and unaltered. */
final class KeptCheck {
    private final Model model;

    KeptCheck(Model model) {
        this.model = model;
    }

    /** Checks that no segment with a needed message was deleted. */
    void noneIsGone(int firstSegment) {
        for (ModelMessage message : model.messages.values()) {
            isThere(!isKept(message), message.position, firstSegment, message);
        }
        for (ModelEntry entry : deadLetters()) {
            isThere(false, entry.position, firstSegment, entry);
        }
        for (ModelRow row : rows()) {
            isThere(false, row.position, firstSegment, row);
        }
    }

    private static void isThere(boolean mayBeGone, long position, int firstSegment, Object what) {
        Violation.check(
                mayBeGone || Position.segment(position) >= firstSegment,
                "segment %d is the first, and here was %s",
                firstSegment,
                what);
    }

    /** Reads every needed message and every reason, and compares them with the model. */
    void readAll(Writer writer) {
        for (ModelMessage message : model.messages.values()) {
            if (isKept(message)) {
                isSame(writer, message.position, message.message, message);
            }
        }
        for (ModelEntry entry : deadLetters()) {
            isSame(writer, entry.position, entry.message, entry);
        }
        Deliveries deliveries = writer.state().deliveries();
        for (ModelRow row : rows()) {
            isSame(writer, row.position, row.message, row);
            String reason = writer.messages().failureAt(deliveries.failure(row.slot));
            Violation.check(
                    row.reason == null || row.reason.equals(reason),
                    "%s failed because of '%s', not '%s'",
                    row,
                    row.reason,
                    reason);
        }
    }

    private static void isSame(Writer writer, long position, Message expected, Object what) {
        Message stored = writer.messages().at(position);
        Violation.check(ModelMessage.same(stored, expected), "altered: %s", what);
    }

    /** All dead letters that topics keep. */
    private List<ModelEntry> deadLetters() {
        List<ModelEntry> kept = new ArrayList<>();
        for (ModelTopic topic : model.topics.values()) {
            if (topic.holdsDeadLetters()) {
                kept.addAll(topic.queue.subList((int) topic.first, topic.queue.size()));
            }
        }
        return kept;
    }

    private List<ModelRow> rows() {
        List<ModelRow> rows = new ArrayList<>();
        for (ModelGroup group : model.groups.values()) {
            group.subscriptions.values().forEach(subscription -> rows.addAll(subscription.rows.values()));
        }
        return rows;
    }

    private boolean isKept(ModelMessage message) {
        @Nullable ModelTopic topic = model.topics.get(message.message.topic());
        return message.isPending()
                || (message.status == ModelMessage.Status.VISIBLE
                        && topic != null
                        && message.offset >= topic.first
                        && message.offset < topic.end()
                        && topic.at(message.offset).origin == message);
    }
}
