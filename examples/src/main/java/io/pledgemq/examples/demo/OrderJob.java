package io.pledgemq.examples.demo;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The job itself, between the two databases. */
interface OrderJob {

    /**
     * Places every order that is not decided yet, and returns when nothing is on its way any more: each message has
     * been applied, was rolled back, was compensated, or waits for a person.
     */
    Outcome run(Workplace workplace) throws DemoException, InterruptedException;

    /**
     * What a job works with. The tables exist and the stock is on the shelf.
     *
     * @param alerts takes an alert and returns at once
     */
    record Workplace(
            DataDirectory directory,
            RunSettings settings,
            OrderSource orders,
            Databases databases,
            Consumer<Map<String, ?>> alerts,
            JobProgress progress) {}

    /**
     * What the engine says at the end.
     *
     * @param parked dead letters that are open
     * @param skipped orders without stock whose dead letter a person closed as it was, at this start or before
     */
    record Outcome(EngineFigures figures, List<Parked> parked, Set<String> skipped) {
        public Outcome {
            parked = List.copyOf(parked);
            skipped = Set.copyOf(skipped);
        }
    }

    /**
     * A dead letter that waits for a person.
     *
     * @param undo the order was to be undone, and that failed for good
     */
    record Parked(String orderId, String messageId, String reason, boolean undo) {}
}
