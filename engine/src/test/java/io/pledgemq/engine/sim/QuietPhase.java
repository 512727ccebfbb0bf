package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Command.SettleDead;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.state.Deliveries;
import java.util.SplittableRandom;

/** No faults come any more and all clients work: then everything committed must arrive within a bound. */
final class QuietPhase {
    /** Turns in which everything must be settled. */
    private static final int QUIET_TURNS = 600;

    private static final long LONGEST_TURN_MS = 10_000;
    /** Longer than the turn after which it is acknowledged: with narrow memory limits each lease is needed. */
    private static final long LEASE_MS = 2 * LONGEST_TURN_MS;

    private final Machine machine;
    private final SplittableRandom random;

    QuietPhase(Machine machine, SplittableRandom random) {
        this.machine = machine;
        this.random = random;
    }

    void run() {
        for (String group : machine.model.groups.keySet()) {
            machine.submit(new Command.PauseGroup(group, false));
        }
        Traffic.CONNECTIONS.forEach(sender -> machine.connect(sender, 4));
        for (int turn = 0; turn < QUIET_TURNS; turn++) {
            quietTurn();
            if (isSettled()) {
                machine.readAll();
                return;
            }
        }
        throw new Violation("not settled after " + QUIET_TURNS + " quiet turns: " + unsettled());
    }

    private void quietTurn() {
        machine.turn();
        long restMs = machine.writer().restMs();
        for (Op op : machine.takeAnswered()) {
            if (Machine.isLease(op)) {
                for (Delivery delivery : ((Outcome.Received) op.answer().join()).deliveries()) {
                    machine.submit(new Command.Ack(delivery.receipt(), "client", ""));
                }
            }
        }
        for (SimSession.Asked asked : machine.questions) {
            Decision decision = random.nextBoolean() ? Decision.COMMIT : Decision.ROLLBACK;
            var request = asked.request();
            machine.submit(new Command.Decide(
                    request.transactionId(),
                    request.message().id(),
                    decision,
                    Party.check(asked.session().sender.instance())));
        }
        machine.questions.clear();
        for (ModelMessage message : machine.model.messages.values()) {
            if (message.status == ModelMessage.Status.PARKED) {
                machine.submit(new Command.Decide(
                        message.transactionId,
                        message.message.id(),
                        Decision.COMMIT,
                        Party.operator("ann", "it is paid")));
            }
        }
        for (ModelGroup group : machine.model.groups.values()) {
            for (ModelSubscription subscription : group.subscriptions.values()) {
                serve(subscription);
            }
        }
        machine.clock.advance(Math.max(1, Math.min(restMs, LONGEST_TURN_MS)));
    }

    private void serve(ModelSubscription subscription) {
        String group = subscription.group.config.name();
        for (ModelRow row : subscription.rows.values()) {
            if (row.state == Deliveries.DEAD) {
                SettleDead.Action action = random.nextBoolean() ? SettleDead.Action.SKIP : SettleDead.Action.RETRY;
                machine.submit(
                        new SettleDead(row.slot, row.position, action, Party.operator("ann", "all is well"), null));
            }
        }
        machine.receive(group, subscription.topic.config.name(), 16, 0, LEASE_MS, null);
    }

    private boolean isSettled() {
        return unsettled().isEmpty();
    }

    private String unsettled() {
        StringBuilder text = new StringBuilder();
        for (ModelMessage message : machine.model.messages.values()) {
            if (message.isPending()) {
                text.append(message).append("; ");
            }
        }
        for (ModelGroup group : machine.model.groups.values()) {
            for (ModelSubscription subscription : group.subscriptions.values()) {
                if (subscription.next < subscription.topic.end() || !subscription.rows.isEmpty()) {
                    text.append(subscription)
                            .append(" at ")
                            .append(subscription.next)
                            .append(" of ");
                    text.append(subscription.topic.end()).append(' ').append(subscription.rows.values());
                }
            }
        }
        return text.toString();
    }
}
