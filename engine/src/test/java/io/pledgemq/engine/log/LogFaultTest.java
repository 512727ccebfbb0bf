package io.pledgemq.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.sim.SimCrash;
import io.pledgemq.engine.sim.SimStorage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** One scripted run of a log with a fault at every single storage call, and random runs with random faults. */
class LogFaultTest {
    private static final int STEPS = 60;
    private static final long SCRIPT = 4;

    @Test
    void aPowerCutAtEveryStorageCallLosesNothingAcknowledged() {
        long calls = callsOfScript();
        assertThat(calls).isGreaterThan(300);
        for (long call = 1; call <= calls; call++) {
            long at = call;
            breakAndReopen(call, storage -> storage.crashAt(at), true);
        }
    }

    @Test
    void aKillAtEveryStorageCallLosesNothingAcknowledged() {
        long calls = callsOfScript();
        for (long call = 1; call <= calls; call++) {
            long at = call;
            breakAndReopen(call, storage -> storage.crashAt(at), false);
        }
    }

    @Test
    void aFailureOfEveryStorageCallStopsTheLogAndLosesNothingAcknowledged() {
        long calls = callsOfScript();
        for (long call = 1; call <= calls; call++) {
            long at = call;
            breakAndReopen(call, storage -> storage.failCallAt(at), call % 2 == 0);
        }
    }

    @Test
    void aForceThatFailsAndThenLiesLosesNothingAcknowledged() {
        SimStorage whole = new SimStorage(SCRIPT);
        play(whole);
        for (long force = 1; force <= whole.forces(); force++) {
            long at = force;
            breakAndReopen(force, storage -> storage.failForceAt(at), false);
        }
    }

    @Test
    void aDiskThatIsFullAtAnyByteLosesNothingAcknowledged() {
        SimStorage whole = new SimStorage(SCRIPT);
        play(whole);
        for (long bytes = 0; bytes <= whole.usedBytes() + 8192; bytes += 509) {
            long limit = bytes;
            breakAndReopen(bytes, storage -> storage.limitCapacity(limit), true);
        }
    }

    @Test
    void randomLivesWithRandomFaultsLoseNothingAcknowledged() {
        long fixed = Long.getLong("pledgemq.seed", -1);
        long seeds = fixed >= 0 ? 1 : Long.getLong("pledgemq.seeds", 400);
        for (long i = 0; i < seeds; i++) {
            long seed = fixed >= 0 ? fixed : i;
            try {
                randomLife(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("repeat with -Dpledgemq.seed=" + seed, e);
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        assertThat(randomLife(17)).isEqualTo(randomLife(17)).isNotEqualTo(randomLife(18));
    }

    private static long callsOfScript() {
        SimStorage storage = new SimStorage(SCRIPT);
        play(storage);
        return storage.calls();
    }

    private static void play(SimStorage storage) {
        LogRun run = new LogRun(storage, SCRIPT);
        run.open();
        run.work(STEPS);
    }

    /**
     * Plays the script with one fault; then the machine or the process starts again, without faults, and a power cut
     * follows.
     */
    private static void breakAndReopen(long seed, Consumer<SimStorage> fault, boolean powerCut) {
        SimStorage storage = new SimStorage(SCRIPT);
        LogRun run = new LogRun(storage, SCRIPT);
        fault.accept(storage);
        try {
            playUntilBroken(run, STEPS);
            startAgain(storage, powerCut);
            run.open();
            run.batch(3);
            storage.crash();
            run.open();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("fault number " + seed, e);
        }
    }

    private static void startAgain(SimStorage storage, boolean powerCut) {
        storage.heal();
        if (powerCut) {
            storage.crash();
        } else {
            storage.restart();
        }
    }

    /** Works until the fault strikes; only the two endings that a fault may have are accepted. */
    private static void playUntilBroken(LogRun run, int steps) {
        try {
            run.open();
            run.work(steps);
        } catch (SimCrash | ForceFailedException | LogFullException e) {
            assertThat(e).hasMessageNotContaining("null");
        } catch (LogException e) {
            assertThat(e).hasMessageContaining("simulated");
        }
    }

    private static long randomLife(long seed) {
        SimStorage storage = new SimStorage(seed);
        java.util.SplittableRandom random = new java.util.SplittableRandom(~seed);
        LogRun run = new LogRun(storage, seed);
        for (int life = 0; life < 6; life++) {
            long soon = 1L + random.nextInt(150);
            switch (random.nextInt(5)) {
                case 0 -> storage.crashAt(storage.calls() + soon);
                case 1 -> storage.failCallAt(storage.calls() + soon);
                case 2 -> storage.failForceAt(storage.forces() + 1 + soon / 4);
                case 3 -> storage.limitCapacity(storage.usedBytes() + random.nextInt(12_000));
                default -> storage.allowShortReads();
            }
            playUntilBroken(run, 30);
            startAgain(storage, random.nextBoolean());
        }
        storage.crash();
        run.open();
        return storage.traceHash();
    }
}
