package io.pledgemq.engine;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.view.DecisionLookup;
import io.pledgemq.engine.writer.Writer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Finds decisions in the log that the state has forgotten, since it remembers only recent ones. */
final class EarlierDecisions {
    private final Writer writer;
    private final LogIndex index;
    private final Executor executor;

    /** @param executor runs the look-ups, which read the disk */
    EarlierDecisions(Writer writer, LogIndex index, Executor executor) {
        this.writer = writer;
        this.index = index;
        this.executor = executor;
    }

    /** Returns the outcome, or the decision in the log if the state does not know the transaction. */
    CompletableFuture<Outcome> orFromLog(Command.Decide command, Outcome outcome) {
        if (!(outcome instanceof Outcome.Refused refused) || refused.why() != Refusal.UNKNOWN_TRANSACTION) {
            return CompletableFuture.completedFuture(outcome);
        }
        try {
            return CompletableFuture.supplyAsync(() -> fromLog(command, outcome), executor);
        } catch (RejectedExecutionException e) {
            // The engine is closing: the state indeed does not know the transaction.
            return CompletableFuture.completedFuture(outcome);
        }
    }

    private Outcome fromLog(Command.Decide command, Outcome outcome) {
        Decision first = DecisionLookup.find(writer.log(), index, command.transactionId(), command.id());
        return first == null ? outcome : writer.decidedBefore(command, first);
    }
}
