package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Answers that wait for the force. */
final class PendingAnswers {
    private List<Task> waiting = new ArrayList<>();

    /** Something that leaves after the force, and the future that has to know if it never will. */
    record Task(CompletableFuture<?> future, Runnable action) implements Runnable {
        @Override
        public void run() {
            action.run();
        }
    }

    void add(CompletableFuture<Outcome> future, Outcome outcome) {
        waiting.add(new Task(future, () -> future.complete(outcome)));
    }

    void add(CompletableFuture<?> future, Runnable action) {
        waiting.add(new Task(future, action));
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** What was added since the last call, in order. */
    List<Task> take() {
        List<Task> taken = waiting;
        waiting = new ArrayList<>(taken.size());
        return taken;
    }
}
