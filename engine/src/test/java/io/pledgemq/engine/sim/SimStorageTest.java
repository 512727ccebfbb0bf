package io.pledgemq.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.io.StorageFile;
import io.pledgemq.engine.io.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimStorageTest {
    private static final int SECTORS = 8;

    @Test
    void forcedBytesSurviveAPowerCut() throws IOException {
        for (long seed = 0; seed < 50; seed++) {
            SimStorage storage = new SimStorage(seed);
            write(storage.create("a"), 1, true);
            storage.forceDirectory();
            storage.crash();
            assertThat(storage.bytesOf("a")).containsOnly(1).hasSize(SECTORS * 512);
        }
    }

    @Test
    void aNameThatWasNotForcedMayBeLost() throws IOException {
        Set<Boolean> outcomes = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            SimStorage storage = new SimStorage(seed);
            write(storage.create("a"), 1, true);
            storage.crash();
            outcomes.add(storage.exists("a"));
        }
        assertThat(outcomes).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void aRenameIsAtomic() throws IOException {
        Set<String> outcomes = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            SimStorage storage = new SimStorage(seed);
            write(storage.create("a"), 1, true);
            storage.forceDirectory();
            storage.rename("a", "b");
            storage.crash();
            outcomes.add(storage.list().toString());
        }
        assertThat(outcomes).containsExactlyInAnyOrder("[a]", "[b]");
    }

    @Test
    void writesThatWereNotForcedAreTornAtSectors() throws IOException {
        Set<String> outcomes = new HashSet<>();
        for (long seed = 0; seed < 200; seed++) {
            SimStorage storage = new SimStorage(seed);
            StorageFile file = storage.create("a");
            write(file, 1, true);
            storage.forceDirectory();
            write(file, 2, false);
            write(file, 3, false);
            storage.crash();
            byte[] bytes = storage.bytesOf("a");
            StringBuilder outcome = new StringBuilder();
            for (int sector = 0; sector < SECTORS; sector++) {
                assertThat(bytes[sector * 512])
                        .isEqualTo(bytes[sector * 512 + 511])
                        .isBetween((byte) 1, (byte) 3);
                outcome.append(bytes[sector * 512]);
            }
            outcomes.add(outcome.toString());
        }
        assertThat(outcomes).hasSizeGreaterThan(20).contains("11111111", "33333333");
    }

    @Test
    void aKilledProcessLosesNothingThatItWrote() throws IOException {
        SimStorage storage = new SimStorage(1);
        StorageFile file = storage.create("a");
        write(file, 1, false);
        storage.restart();
        assertThat(storage.bytesOf("a")).containsOnly(1);
        assertThatThrownBy(() -> write(file, 2, false)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aForceThatFailedLosesWhatLaterForcesClaimToHaveSaved() throws IOException {
        SimStorage storage = new SimStorage(1);
        StorageFile file = storage.create("a");
        write(file, 1, true);
        storage.forceDirectory();
        storage.failForceAt(storage.forces() + 1);
        assertThatThrownBy(() -> write(file, 2, true)).isInstanceOf(IOException.class);
        file.force(false);
        assertThat(storage.bytesOf("a")).containsOnly(2);
        storage.crash();
        assertThat(storage.bytesOf("a")).containsOnly(1);
    }

    @Test
    void aFullDiskWritesWhatFits() throws IOException {
        SimStorage storage = new SimStorage(1);
        storage.limitCapacity(1000);
        StorageFile file = storage.create("a");
        assertThatThrownBy(() -> write(file, 1, false)).isInstanceOf(StorageFullException.class);
        assertThat(storage.bytesOf("a")).hasSize(1000);
        assertThat(storage.freeBytes()).isZero();
        file.write(0, ByteBuffer.wrap(new byte[1000]));
    }

    @Test
    void aMachineThatStoppedDoesNothingUntilItStartsAgain() throws IOException {
        SimStorage storage = new SimStorage(1);
        storage.crashAt(2);
        StorageFile file = storage.create("a");
        assertThatThrownBy(() -> write(file, 1, false)).isInstanceOf(SimCrash.class);
        assertThatThrownBy(storage::list).isInstanceOf(SimCrash.class);
        storage.heal();
        storage.restart();
        assertThat(storage.list()).containsExactly("a");
    }

    @Test
    void theClockMovesOnlyWhenSet() {
        SimClock clock = new SimClock(5, 1000);
        clock.advance(10);
        clock.jumpWallTo(3);
        assertThat(clock.monotonicMs()).isEqualTo(15);
        assertThat(clock.wallMs()).isEqualTo(3);
    }

    private static void write(StorageFile file, int value, boolean forced) throws IOException {
        byte[] bytes = new byte[SECTORS * 512];
        java.util.Arrays.fill(bytes, (byte) value);
        file.write(0, ByteBuffer.wrap(bytes));
        if (forced) {
            file.force(true);
        }
    }
}
