package io.pledgemq.engine.sim;

import io.pledgemq.engine.log.ForceFailedException;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.FrozenState;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One run of the whole engine in a simulated world: the seed decides everything, so the same seed does the same again.
 * First faults come, then none do, and then everything committed must arrive within a bound.
 */
final class Simulation {
    private final SplittableRandom random;
    private final SimOptions options;
    private final Machine machine;
    private final Traffic traffic;
    /** A separate source, so that damage does not change the other draws. */
    private final SplittableRandom damage;

    private @Nullable FrozenState frozen;
    private long frozenAt;

    /** Figures of a run. */
    record Result(long traceHash, int crashes, int recoveries, long answers, int carried) {}

    Simulation(long seed) {
        random = new SplittableRandom(seed);
        options = SimOptions.draw(random, new SplittableRandom(31 * seed));
        machine = new Machine(options, random.split());
        traffic = new Traffic(machine, random.split(), options.weights());
        damage = new SplittableRandom(~seed);
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
        return new Result(
                machine.traceHash(), machine.crashes, machine.recoveries, machine.answers, machine.carriedTo.size());
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
        traffic.learn(machine.takeAnswered());
        if (percent(options.fullPercent())) {
            machine.limitDisk(random.nextBoolean());
        }
        if (random.nextInt(6) == 0) {
            machine.maintain(options.trims(), percent(options.snapshotPercent()));
        }
        if (damage.nextInt(20) == 0) {
            machine.note("flipped a bit of " + IndexCheck.damage(machine.storage, damage));
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
        machine.disarm();
        // Half of the runs must come to rest without a restart, which would repair what the schedulers forgot.
        if (random.nextBoolean()) {
            restart(true);
        }
        machine.storage.heal();
        machine.maintain(false, false);
        new QuietPhase(machine, random).run();
    }
}
