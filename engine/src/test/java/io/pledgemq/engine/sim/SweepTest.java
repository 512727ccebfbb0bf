package io.pledgemq.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.log.DamagedLogException;
import io.pledgemq.engine.log.ForceFailedException;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.Position;
import io.pledgemq.engine.recovery.Recovery;
import io.pledgemq.engine.recovery.RecoveryException;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.State;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * One short scripted run of the engine with every command in it, and every single fault that can come in it, one at a
 * time. With {@code -Dpledgemq.sweep=1} a bit of every byte is flipped and the disk is full at every byte; the build
 * takes a part of them, with steps that are prime, so that the offsets in frames and sectors vary.
 */
class SweepTest {
    private static final int FLIP_EVERY = Integer.getInteger("pledgemq.sweep", 11);
    private static final int FULL_EVERY = Integer.getInteger("pledgemq.sweep", 251);

    /**
     * Runs the script, with a crash wherever it is armed, to the end of a quiet phase. Returns whether the fault came.
     */
    private static boolean live(Machine machine, boolean power) {
        boolean failed = false;
        machine.recover();
        Script script = new Script(machine);
        for (int step = 0; step < script.length(); step++) {
            try {
                script.step(step);
            } catch (SimCrash | ForceFailedException e) {
                failed = true;
                machine.disarm();
                machine.taint();
                machine.crash(power);
                machine.readAll();
            }
        }
        machine.storage.heal();
        machine.limitDisk(false);
        machine.maintain(false, false);
        new QuietPhase(machine, new SplittableRandom(1)).run();
        machine.crash(true);
        return failed;
    }

    private static Machine afterTheScript() {
        Machine machine = Script.machine(1);
        machine.recover();
        Script script = new Script(machine);
        for (int step = 0; step < script.length(); step++) {
            script.step(step);
        }
        return machine;
    }

    @Test
    void theScriptLogsEveryCommand() {
        Machine machine = afterTheScript();
        Set<CommandType> seen = EnumSet.noneOf(CommandType.class);
        seen.addAll(machine.loggedTypes());
        assertThat(seen).isEqualTo(EnumSet.allOf(CommandType.class));
    }

    @Test
    void theScriptDecidesAMessageThatWasCarriedForward() {
        Machine machine = afterTheScript();
        ModelMessage message = Objects.requireNonNull(machine.model.messages.get("t-0"));
        assertThat(machine.carriedTo).contains(message.position);
        assertThat(message.position).isGreaterThan(message.transactionId);
        assertThat(message.status).isEqualTo(ModelMessage.Status.VISIBLE);
        assertThat(Position.segment(message.transactionId))
                .isLessThan(machine.writer().log().firstSegment());
    }

    @Test
    void aPowerCutAtEveryStorageCallLosesNothing() {
        long calls = afterTheScript().storage.calls();
        assertThat(calls).isGreaterThan(200);
        long came = 0;
        for (long call = 1; call <= calls; call++) {
            for (long seed = 0; seed < 2; seed++) {
                Machine machine = Script.machine(call * 2 + seed);
                machine.storage.crashAt(call);
                int at = (int) call;
                came += run(machine, seed == 0, "crash at call " + at);
            }
        }
        assertThat(came).isGreaterThan(calls);
    }

    @Test
    void aForceThatFailsLosesNothing() {
        long forces = afterTheScript().storage.forces();
        long came = 0;
        for (long force = 1; force <= forces; force++) {
            for (long seed = 0; seed < 2; seed++) {
                Machine machine = Script.machine(force * 2 + seed);
                machine.storage.failForceAt(force);
                came += run(machine, seed == 0, "force " + force + " fails");
            }
        }
        assertThat(came).isGreaterThan(forces);
    }

    @Test
    void aDiskThatIsFullAtAnyMomentLosesNothing() {
        long most = afterTheScript().storage.usedBytes() + 20_000;
        for (long capacity = 0; capacity < most; capacity += FULL_EVERY) {
            Machine machine = Script.machine(capacity);
            machine.limitDiskTo(capacity);
            run(machine, true, "disk of " + capacity + " bytes");
        }
    }

    /** Returns 1 if the fault came while the script ran, not while the engine was opened. */
    private static int run(Machine machine, boolean power, String what) {
        boolean passed = false;
        try {
            int failed = live(machine, power) ? 1 : 0;
            passed = true;
            return failed;
        } finally {
            if (!passed) {
                System.err.println(what + ", power " + power);
                machine.tail().forEach(System.err::println);
            }
        }
    }

    @Test
    void aFlippedBitIsRefusedOrHarmless() throws IOException {
        Machine machine = afterTheScript();
        machine.writer().log().close();
        byte[] expected = StateCheck.dump(machine.writer().state());
        int refused = 0;
        int harmless = 0;
        for (String file : machine.storage.list()) {
            if (file.startsWith("spare")) {
                continue;
            }
            int size = machine.storage.bytesOf(file).length;
            for (int offset = file.hashCode() & 7; offset < size; offset += FLIP_EVERY) {
                SimStorage copy = machine.storage.copy(offset);
                copy.flip(file, offset, offset % 8);
                if (opens(copy, expected, file + " byte " + offset)) {
                    harmless++;
                } else {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(100);
        assertThat(harmless).isGreaterThan(100);
    }

    /** Either a refusal that says where, or the very same state. */
    private static boolean opens(SimStorage storage, byte[] expected, String what) {
        State state;
        try {
            Log log = Log.open(storage, Script.OPTIONS.log(), 1);
            state = Recovery.run(log, new Snapshots(storage)).state();
        } catch (DamagedLogException e) {
            assertThat(e.to()).as(what).isGreaterThanOrEqualTo(e.from());
            return false;
        } catch (LogException | RecoveryException e) {
            assertThat(e.getMessage()).as(what).isNotBlank();
            return false;
        }
        assertThat(Arrays.mismatch(StateCheck.dump(state), expected)).as(what).isNegative();
        return true;
    }

    @Test
    void aDamagedSnapshotIsSkippedForTheOneBefore() throws IOException {
        Machine machine = afterTheScript();
        machine.writer().log().close();
        byte[] expected = StateCheck.dump(machine.writer().state());
        List<Long> positions = new Snapshots(machine.storage).positions();
        assertThat(positions).hasSize(2);
        String newest = String.format(Locale.ROOT, "snapshot-%016x.dat", positions.get(0));
        int size = machine.storage.bytesOf(newest).length;
        for (int offset = 0; offset < size; offset += FLIP_EVERY) {
            SimStorage copy = machine.storage.copy(offset);
            copy.flip(newest, offset, offset % 8);
            Log log = Log.open(copy, Script.OPTIONS.log(), 1);
            Recovery.Recovered recovered = Recovery.run(log, new Snapshots(copy));
            assertThat(recovered.warnings()).hasSize(1);
            assertThat(recovered.snapshot()).isEqualTo(positions.get(1));
            assertThat(StateCheck.dump(recovered.state())).isEqualTo(expected);
        }
    }
}
