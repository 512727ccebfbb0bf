package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Silence;
import org.jspecify.annotations.Nullable;

/**
 * The rules for commit, rollback and checks of half messages. The first decision wins; only checks that reached a
 * sender count.
 */
final class DecidingRules {
    private final State state;

    DecidingRules(State state) {
        this.state = state;
    }

    @Nullable
    Outcome answer(Command.Decide command) {
        Pending pending = state.pending;
        int slot = pending.find(command.id().high(), command.id().low());
        if (slot >= 0 && pending.transactionId(slot) == command.transactionId()) {
            if (pending.isUndecided(slot)) {
                return null;
            }
            return pending.service(slot) == 0 ? unknown(command.id()) : repeated(command, Decision.COMMIT);
        }
        Recent.Remembered remembered =
                state.recent.find(command.id().high(), command.id().low());
        if (remembered == null || remembered.position() != command.transactionId()) {
            return unknown(command.id());
        }
        return switch (remembered.ending()) {
            case COMMITTED -> repeated(command, Decision.COMMIT);
            case ROLLED_BACK -> repeated(command, Decision.ROLLBACK);
            case SENT, RECALLED -> unknown(command.id());
        };
    }

    static Outcome repeated(Command.Decide command, Decision first) {
        if (command.decision() == first) {
            return new Outcome.Decided(first, true);
        }
        return new Outcome.Refused(
                Refusal.CONTRARY_DECISION,
                "message " + command.id() + " was already decided: " + first + "; " + command.decision() + " by "
                        + command.by().role() + " '" + command.by().name()
                        + "' is refused, because the first decision wins; compare the sender's database with it");
    }

    private static Outcome.Refused unknown(MessageId id) {
        return new Outcome.Refused(
                Refusal.UNKNOWN_TRANSACTION,
                "no half message " + id
                        + " is remembered under this transaction id: it was never prepared here, or was decided long ago");
    }

    Outcome apply(Command.Decide command, Effects effects) {
        Pending pending = state.pending;
        int slot = pending.find(command.id().high(), command.id().low());
        Invariant.check(
                slot >= 0 && pending.transactionId(slot) == command.transactionId(),
                "decided message is pending",
                command.transactionId(),
                slot);
        Topic topic = state.topic(pending.topic(slot));
        state.preparedByService.add(pending.service(slot), -1);
        effects.pendingDone(slot);
        if (command.decision() == Decision.COMMIT && pending.deliverAtMs(slot) > state.wallMs) {
            pending.kind(slot, topic.id(), pending.checks(slot), Pending.DELAYED);
            pending.due(slot, pending.deliverAtMs(slot));
            effects.delayed(slot);
            return new Outcome.Decided(command.decision(), false);
        }
        boolean ordered = pending.ordered(slot);
        if (command.decision() == Decision.COMMIT && ordered && !state.publishOrder.isFirst(slot)) {
            pending.kind(slot, topic.id(), pending.checks(slot), Pending.COMMITTED);
            return new Outcome.Decided(command.decision(), false);
        }
        int next = ordered ? state.publishOrder.remove(pending, slot) : -1;
        if (command.decision() == Decision.COMMIT) {
            publish(slot, effects);
        } else {
            long position = pending.position(slot);
            pending.remove(slot);
            topic.pending--;
            state.recent.add(
                    command.id().high(), command.id().low(), command.transactionId(), Recent.Ending.ROLLED_BACK);
            topic.rolledBack++;
            state.segments.release(position);
        }
        publishFrom(next, effects);
        return new Outcome.Decided(command.decision(), false);
    }

    private void publish(int slot, Effects effects) {
        Pending pending = state.pending;
        Topic topic = state.topic(pending.topic(slot));
        long groupHash = pending.messageGroup(slot);
        long position = pending.position(slot);
        state.recent.add(
                pending.idHigh(slot), pending.idLow(slot), pending.transactionId(slot), Recent.Ending.COMMITTED);
        pending.remove(slot);
        topic.pending--;
        state.publish(topic, position, groupHash, effects);
    }

    /** Publishes the committed messages from this one on: nothing before them in their message group is undecided. */
    private void publishFrom(int first, Effects effects) {
        Pending pending = state.pending;
        int slot = first;
        while (slot >= 0 && pending.state(slot) == Pending.COMMITTED) {
            int next = state.publishOrder.remove(pending, slot);
            publish(slot, effects);
            slot = next;
        }
    }

    private boolean undecided(int slot, long transactionId) {
        return state.pending.holds(slot, transactionId) && state.pending.state(slot) == Pending.UNDECIDED;
    }

    @Nullable
    Outcome answer(Command.AskCheck command) {
        return undecided(command.slot(), command.transactionId()) ? null : unknownSlot(command.transactionId());
    }

    private static Outcome.Refused unknownSlot(long transactionId) {
        return new Outcome.Refused(
                Refusal.UNKNOWN_TRANSACTION, "the half message at " + transactionId + " is decided or parked");
    }

    Outcome apply(Command.AskCheck command, Effects effects) {
        Pending pending = state.pending;
        int slot = command.slot();
        if (command.counted()) {
            pending.kind(slot, pending.topic(slot), pending.checks(slot) + 1, Pending.UNDECIDED);
        }
        pending.due(slot, state.engineMs + command.nextInMs());
        effects.checkScheduled(slot);
        return Outcome.DONE;
    }

    @Nullable
    Outcome answer(Command.AnswerUnknown command) {
        return undecided(command.slot(), command.transactionId()) ? null : unknownSlot(command.transactionId());
    }

    Outcome apply(Command.AnswerUnknown command) {
        state.pending.silences(command.slot(), 0);
        return Outcome.DONE;
    }

    @Nullable
    Outcome answer(Command.SilentCheck command) {
        return undecided(command.slot(), command.transactionId()) ? null : Outcome.DONE;
    }

    Outcome apply(Command.SilentCheck command, Effects effects) {
        Pending pending = state.pending;
        int slot = command.slot();
        int checks = Math.max(0, pending.checks(slot) - 1);
        if (command.nextInMs() < 0) {
            park(slot, checks, command.why(), effects);
            return Outcome.DONE;
        }
        pending.kind(slot, pending.topic(slot), checks, Pending.UNDECIDED);
        pending.silences(slot, pending.silences(slot) + 1);
        pending.due(slot, state.engineMs + command.nextInMs());
        effects.checkScheduled(slot);
        return Outcome.DONE;
    }

    /** Accepted if the message is parked, or its last checks got only silence. */
    @Nullable
    Outcome answer(Command.AskAgain command) {
        Pending pending = state.pending;
        int slot = command.slot();
        boolean waits = pending.holds(slot, command.transactionId()) && pending.waitsForAnswer(slot);
        return waits ? null : Outcome.DONE;
    }

    /**
     * Starts one more check. If no sender knows a message that was parked, it is parked again without another alert.
     */
    Outcome apply(Command.AskAgain command, Effects effects) {
        Pending pending = state.pending;
        int slot = command.slot();
        int checks = pending.checks(slot) - (pending.state(slot) == Pending.PARKED ? 1 : 0);
        effects.pendingDone(slot);
        pending.kind(slot, pending.topic(slot), Math.max(0, checks), Pending.UNDECIDED);
        pending.silences(slot, 0);
        pending.due(slot, state.engineMs);
        effects.checkScheduled(slot);
        return Outcome.DONE;
    }

    private void park(int slot, int checks, @Nullable Silence why, Effects effects) {
        Pending pending = state.pending;
        effects.pendingDone(slot);
        pending.kind(slot, pending.topic(slot), checks, Pending.PARKED);
        pending.silences(slot, 0);
        if (!pending.parkedAlerted(slot)) {
            pending.parkedAlerted(slot, true);
            effects.parked(slot, why);
        }
        if (pending.ordered(slot)) {
            // Its message group never waits for it again: the committed messages behind it are published now.
            int next = state.publishOrder.remove(pending, slot);
            pending.ordered(slot, false);
            publishFrom(next, effects);
        }
    }

    @Nullable
    Outcome answer(Command.Park command) {
        return undecided(command.slot(), command.transactionId()) ? null : Outcome.DONE;
    }

    Outcome apply(Command.Park command, Effects effects) {
        park(command.slot(), state.pending.checks(command.slot()), null, effects);
        return Outcome.DONE;
    }

    @Nullable
    Outcome answer(Command.CheckAgain command) {
        Pending pending = state.pending;
        int slot = pending.find(command.id().high(), command.id().low());
        boolean half = slot >= 0 && pending.transactionId(slot) == command.transactionId() && pending.isUndecided(slot);
        return half ? null : unknown(command.id());
    }

    Outcome apply(Command.CheckAgain command, Effects effects) {
        Pending pending = state.pending;
        int slot = pending.find(command.id().high(), command.id().low());
        effects.pendingDone(slot);
        pending.kind(slot, pending.topic(slot), 0, Pending.UNDECIDED);
        pending.silences(slot, 0);
        pending.parkedAlerted(slot, false);
        pending.due(slot, state.engineMs);
        effects.checkScheduled(slot);
        return Outcome.DONE;
    }
}
