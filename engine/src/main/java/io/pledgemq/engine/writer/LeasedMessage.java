package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.State;
import java.util.ArrayList;
import java.util.List;

/**
 * What the writer knows of a leased message; its body is read after the force, by another thread.
 *
 * @param failure position of the record that says why it must be compensated, 0 without
 */
record LeasedMessage(Receipt receipt, int kind, int attempt, int revision, boolean evenIfOld, long failure) {

    static List<LeasedMessage> of(State state, int[] slots) {
        Deliveries deliveries = state.deliveries();
        List<LeasedMessage> leased = new ArrayList<>(slots.length);
        for (int slot : slots) {
            leased.add(new LeasedMessage(
                    new Receipt(slot, deliveries.ref(slot), deliveries.nonce(slot)),
                    deliveries.kind(slot),
                    deliveries.attempts(slot),
                    deliveries.revision(slot),
                    deliveries.evenIfOld(slot),
                    deliveries.failure(slot)));
        }
        return leased;
    }
}
