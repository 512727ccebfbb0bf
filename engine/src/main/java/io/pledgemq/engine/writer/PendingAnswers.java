package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Answers that wait for the force. */
final class PendingAnswers {
    private List<Task> waiting = new ArrayList<>();

    /** An action to run after the force, and the future to fail if it never runs. */
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

    /** Returns the tasks added since the last call, in order. */
    List<Task> take() {
        List<Task> taken = waiting;
        waiting = new ArrayList<>(taken.size());
        return taken;
    }
}
