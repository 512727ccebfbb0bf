package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Command.SettleDead;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.log.ForceFailedException;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.FrozenState;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One run of the whole engine in a simulated world: the seed decides everything, so the same seed does the same again. First
 * everything goes wrong, then nothing does any more, and then all that was committed must arrive within a bound.
 */
final class Simulation {
    /** Turns in which everything must be settled once nothing goes wrong any more. */
    private static final int QUIET_TURNS = 600;

    private final SplittableRandom random;
    private final SimOptions options;
    private final Machine machine;
    private final Traffic traffic;
    private @Nullable FrozenState frozen;
    private long frozenAt;

    /** What a run was like. */
    record Result(long traceHash, int crashes, int recoveries, long answers) {}

    Simulation(long seed) {
        random = new SplittableRandom(seed);
        options = SimOptions.draw(random);
        machine = new Machine(options, random.split());
        traffic = new Traffic(machine, random.split(), options.weights());
    }

    List<String> tail() {
        return machine.tail();
    }

    Result run() {
        if (options.shortReads()) {
            machine.storage.allowShortReads();
        }
        machine.recover();
        traffic.ensureCatalog();
        for (int turn = 0; turn < options.turns(); turn++) {
            guarded(this::busyTurn);
        }
        calmDown();
        return new Result(machine.traceHash(), machine.crashes, machine.recoveries, machine.answers);
    }

    private boolean percent(int chance) {
        return random.nextInt(100) < chance;
    }

    /** Does something that a fault may interrupt; then the machine starts again. */
    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (SimCrash e) {
            crash(true);
        } catch (ForceFailedException e) {
            crash(random.nextBoolean());
        }
    }

    private void crash(boolean power) {
        machine.taint();
        restart(power);
    }

    private void restart(boolean power) {
        machine.disarm();
        machine.crash(power);
        frozen = null;
        traffic.disconnected();
        machine.readAll();
    }

    private void busyTurn() {
        for (int left = random.nextInt(options.opsPerTurn() + 1); left > 0; left--) {
            traffic.act();
        }
        arm();
        machine.turn();
        traffic.learn(machine.takeNews());
        if (percent(options.fullPercent())) {
            machine.limitDisk(random.nextBoolean());
        }
        if (random.nextInt(6) == 0) {
            machine.maintain(options.trims(), percent(options.snapshotPercent()));
        }
        ownSnapshot();
        if (random.nextInt(3) == 0) {
            machine.writer().idle();
        }
        if (percent(options.crashPercent()) && random.nextInt(3) == 0) {
            machine.disarm();
            restart(random.nextBoolean());
        }
        passTime();
    }

    private void arm() {
        machine.disarm();
        if (percent(options.crashPercent())) {
            machine.storage.crashAt(machine.storage.calls() + 1 + random.nextInt(12));
        } else if (percent(options.failPercent())) {
            if (random.nextBoolean()) {
                machine.storage.failForceAt(machine.storage.forces() + 1 + random.nextInt(3));
            } else {
                machine.failSoon(12);
            }
        }
    }

    /** A state frozen in one turn and written some turns later, while the writer went on. */
    private void ownSnapshot() {
        FrozenState ready = frozen;
        if (ready == null && percent(options.snapshotPercent())) {
            frozen = machine.writer().state().freeze();
            frozenAt = machine.writer().log().durablePosition();
        } else if (ready != null && random.nextInt(4) == 0) {
            frozen = null;
            try {
                new Snapshots(machine.storage).write(ready, frozenAt);
            } catch (IOException e) {
                machine.note("snapshot failed: " + e.getMessage());
            }
        }
    }

    private void passTime() {
        int[] steps = {0, 0, 1, 10, 50, 200, 1000};
        int step = random.nextInt(steps.length + 1);
        long ms = step < steps.length ? steps[step] : Math.min(machine.writer().restMs(), 10_000);
        machine.clock.advance(ms);
    }

    // ---- the end: nothing goes wrong any more

    private void calmDown() {
        machine.storage.heal();
        machine.limitDisk(false);
        restart(true);
        machine.storage.heal();
        machine.maintain(false, false);
        for (String group : Traffic.GROUPS) {
            machine.submit(new Command.PauseGroup(group, false));
        }
        Traffic.SENDERS.forEach(sender -> machine.connect(sender, 4));
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
        for (Op op : machine.takeNews()) {
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
                    request.ref(),
                    request.message().id(),
                    decision,
                    Party.check(asked.session().sender.instance())));
        }
        machine.questions.clear();
        for (ModelMessage message : machine.model.messages.values()) {
            if (message.status == ModelMessage.Status.PARKED) {
                machine.submit(new Command.Decide(
                        message.ref, message.message.id(), Decision.COMMIT, Party.operator("ann", "it is paid")));
            }
        }
        for (ModelGroup group : machine.model.groups.values()) {
            for (ModelSubscription subscription : group.subscriptions.values()) {
                serve(subscription);
            }
        }
        machine.clock.advance(Math.max(1, Math.min(restMs, 10_000)));
    }

    private void serve(ModelSubscription subscription) {
        String group = subscription.group.config.name();
        for (ModelRow row : subscription.rows.values()) {
            if (row.state == Deliveries.DEAD) {
                SettleDead.Action action = random.nextBoolean() ? SettleDead.Action.SKIP : SettleDead.Action.RETRY;
                machine.submit(new SettleDead(row.slot, row.ref, action, Party.operator("ann", "all is well"), null));
            }
        }
        machine.receive(group, subscription.topic.config.name(), 16, 0, 1000, null);
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
