package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Subscription;
import java.util.ArrayList;
import java.util.List;

/**
 * A leased message as the writer knows it; another thread reads its body after the force.
 *
 * @param topic name of the topic it was received from
 * @param failure position of the record that says why it must be compensated, 0 without
 */
record LeasedMessage(
        Receipt receipt, String topic, int kind, int attempt, int revision, boolean evenIfOld, long failure) {

    static List<LeasedMessage> of(State state, int[] slots) {
        Deliveries deliveries = state.deliveries();
        List<LeasedMessage> leased = new ArrayList<>(slots.length);
        for (int slot : slots) {
            Subscription subscription = state.subscription(deliveries.subscription(slot));
            leased.add(new LeasedMessage(
                    new Receipt(slot, deliveries.position(slot), deliveries.nonce(slot)),
                    state.topic(subscription.topic()).config().name(),
                    deliveries.kind(slot),
                    deliveries.attempts(slot),
                    deliveries.revision(slot),
                    deliveries.evenIfOld(slot),
                    deliveries.failure(slot)));
        }
        return leased;
    }
}
