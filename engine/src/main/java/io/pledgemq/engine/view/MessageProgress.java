package io.pledgemq.engine.view;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.index.IndexKey;
import io.pledgemq.engine.index.IndexQuery;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.Recent;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.view.MessageSummary.Status;
import io.pledgemq.engine.writer.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The progress of messages: from the state, or from the log for those that the state has forgotten. */
final class MessageProgress {
    private final LogIndex index;

    MessageProgress(LogIndex index) {
        this.index = index;
    }

    List<MessageSummary> of(Writer writer, List<StoredMessage> found) {
        List<Optional<Status>> known = writer.ask(state ->
                        found.stream().map(stored -> inState(state, stored)).toList())
                .join();
        List<MessageSummary> summaries = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            StoredMessage stored = found.get(i);
            Message message = stored.message();
            summaries.add(new MessageSummary(
                    message.id(),
                    stored.position(),
                    message.topic(),
                    message.key(),
                    message.tag(),
                    stored.storedAtMs(),
                    message.body().length,
                    known.get(i).orElseGet(() -> inLog(stored))));
        }
        return summaries;
    }

    private static Optional<Status> inState(State state, StoredMessage stored) {
        MessageId id = stored.message().id();
        Pending pending = state.pending();
        int slot = pending.find(id.high(), id.low());
        if (slot >= 0 && (stored.carried() || pending.transactionId(slot) == stored.position())) {
            return Optional.of(pendingStatus(pending.state(slot)));
        }
        Recent.Remembered remembered = state.recent().find(id.high(), id.low());
        if (remembered == null || (!stored.carried() && remembered.position() != stored.position())) {
            return Optional.empty();
        }
        return Optional.of(ended(remembered.ending()));
    }

    private static Status pendingStatus(int mode) {
        return switch (mode) {
            case Pending.PARKED -> Status.PARKED;
            case Pending.DELAYED -> Status.DELAYED;
            case Pending.COMMITTED -> Status.COMMITTED;
            default -> Status.UNDECIDED;
        };
    }

    private static Status ended(Recent.Ending ending) {
        return switch (ending) {
            case SENT, COMMITTED -> Status.COMMITTED;
            case ROLLED_BACK -> Status.ROLLED_BACK;
            case RECALLED -> Status.RECALLED;
        };
    }

    private Status inLog(StoredMessage stored) {
        MessageId id = stored.message().id();
        if (stored.half() && !stored.published()) {
            Decision decision = DecisionLookup.find(index, stored.origin(), id);
            if (decision != Decision.COMMIT) {
                return noCommit(decision);
            }
        }
        boolean delayed = stored.message().deliverAtMs() > stored.storedAtMs();
        return delayed && wasRecalled(stored) ? Status.RECALLED : Status.COMMITTED;
    }

    private static Status noCommit(@Nullable Decision decision) {
        return decision == Decision.ROLLBACK ? Status.ROLLED_BACK : Status.UNKNOWN;
    }

    private boolean wasRecalled(StoredMessage stored) {
        MessageId id = stored.message().id();
        List<Long> recalls = new ArrayList<>();
        index.visit(IndexQuery.of(stored.position(), IndexKey.ofId(id)), (frame, wallMs) -> {
            if (frame.type() == CommandType.RECALL.code()
                    && CommandCodec.decode(frame.type(), frame.version(), frame.payload(), false)
                            instanceof Command.Recall recall
                    && recall.id().sameAs(id)) {
                recalls.add(frame.position());
            }
            return recalls.isEmpty();
        });
        return !recalls.isEmpty();
    }
}
