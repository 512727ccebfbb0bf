package io.pledgemq.engine.command;

import java.util.List;

/** The engine's answer. All but {@link Refused} mean that the effect survives a crash. */
public sealed interface Outcome {
    /** Done, nothing more to say. */
    record Done() implements Outcome {}

    Done DONE = new Done();

    /**
     * A message is stored.
     *
     * @param position its position in the log; of a half message this is the transaction id
     * @param duplicate it was stored by an earlier call with the same message id
     */
    record Stored(long position, boolean duplicate) implements Outcome {}

    /**
     * A half message is decided.
     *
     * @param repeated the same decision was made before
     */
    record Decided(Decision decision, boolean repeated) implements Outcome {}

    /** Leased messages, oldest first; empty if none came in time. */
    record Received(List<Delivery> deliveries) implements Outcome {
        public Received {
            deliveries = List.copyOf(deliveries);
        }
    }

    /** Deliveries just leased, by slot; the writer turns it into {@link Received}. */
    @SuppressWarnings("ArrayRecordComponent") // made by the state, read by the writer: never shared
    record Leased(int[] slots) implements Outcome {}

    /**
     * An attempt failed.
     *
     * @param dead it was the last one
     * @param nextAttemptInMs when it is delivered again; 0 when dead
     */
    record Failed(boolean dead, long nextAttemptInMs) implements Outcome {}

    /**
     * Nothing was done.
     *
     * @param why for programs
     * @param text for people: what, why, what to do
     */
    record Refused(Refusal why, String text) implements Outcome {}
}
