package io.pledgemq.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.io.StorageFullException;
import io.pledgemq.engine.sim.SimStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogTest {
    private static final LogConfig CONFIG = new LogConfig(4096, 1000, 1);
    private static final byte TYPE = 20;

    private final SimStorage storage = new SimStorage(1);

    @Test
    void aFrameIsReadBackByItsPosition() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(10, 11, 12);
        log.begin(TYPE, (byte) 3, 8).putLong(42);
        long position = log.position();
        log.end();
        assertThat(log.read(position).payload().getLong(0)).isEqualTo(42);
        log.flush();
        Frame frame = log.read(position);
        assertThat(frame.payload().getLong(0)).isEqualTo(42);
        assertThat(frame.position()).isEqualTo(position);
        assertThat(frame.type()).isEqualTo(TYPE);
        assertThat(frame.version()).isEqualTo((byte) 3);
        assertThat(frame.epoch()).isEqualTo(1);
    }

    @Test
    void aFrameOfTheOpenBatchIsReadFromMemory() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(10, 11, 12);
        long first = append(log, 100);
        long second = append(log, 50);
        long calls = storage.calls();
        assertThat(log.read(first).payload().remaining()).isEqualTo(100);
        assertThat(log.read(second).payload().remaining()).isEqualTo(50);
        assertThat(storage.calls()).isEqualTo(calls);
        assertThatThrownBy(() -> log.read(log.position())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFlushForcesOnceAndWritesOnce() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(10, 11, 12);
        for (int i = 0; i < 10; i++) {
            append(log, 20);
        }
        long calls = storage.calls();
        long forces = storage.forces();
        log.flush();
        assertThat(storage.calls() - calls).isEqualTo(2);
        assertThat(storage.forces() - forces).isEqualTo(1);
        log.flush();
        assertThat(storage.forces() - forces).isEqualTo(1);
    }

    @Test
    void aCancelledFrameLeavesNoTrace() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(10, 11, 12);
        log.begin(TYPE, 100).putLong(1);
        long cancelled = log.position();
        log.cancel();
        long kept = append(log, 10);
        log.flush();
        assertThat(kept).isEqualTo(cancelled);
        assertThat(LogRun.entries(log)).hasSize(1);
    }

    @Test
    void batchesCarryTimesHashAndWatermark() {
        Log log = Log.open(storage, CONFIG, 5);
        long end = log.durablePosition();
        log.beginBatch(10, 11, 12);
        append(log, 10);
        log.flush();
        assertThat(batches(log))
                .containsExactly(
                        new Batch(0, 5, log.firstPosition(), 0, Batch.OPENED),
                        new Batch(10, 11, end, 12, Batch.STARTED));
        log.close();
        Log again = Log.open(storage, CONFIG, 99);
        assertThat(again.epoch()).isEqualTo(2);
        assertThat(again.engineMs()).isEqualTo(10);
        assertThat(again.wallMs()).isEqualTo(99);
    }

    @Test
    void aFrameThatDoesNotFitStartsANewSegmentThatRepeatsTheBatch() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(10, 11, 12);
        List<Long> positions = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            positions.add(append(log, 900));
        }
        log.flush();
        assertThat(log.activeSegment()).isEqualTo(3);
        assertThat(LogRun.entries(log)).extracting(LogRun.Entry::position).isEqualTo(positions);
        assertThat(positions).isSorted();
        assertThat(batches(log))
                .filteredOn(batch -> batch.kind() == Batch.CONTINUED)
                .hasSize(2)
                .allSatisfy(batch -> {
                    assertThat(batch.engineMs()).isEqualTo(10);
                    assertThat(batch.wallMs()).isEqualTo(11);
                    assertThat(batch.stateHash()).isEqualTo(12);
                });
    }

    @Test
    void aScanBeginsAtAnyFrame() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(10, 11, 12);
        append(log, 900);
        append(log, 900);
        append(log, 900);
        long fourth = append(log, 900);
        log.flush();
        List<Long> seen = new ArrayList<>();
        log.scan(fourth, frame -> seen.add(frame.position()));
        assertThat(seen).containsExactly(fourth);
    }

    @Test
    void theReserveIsReportedAndCanStillBeUsed() throws StorageFullException {
        Log log = Log.open(storage, CONFIG, 5);
        assertThat(log.belowReserve()).isTrue();
        while (log.wantsSpare()) {
            log.createSpare();
        }
        assertThat(log.spares()).isEqualTo(2);
        assertThat(log.belowReserve()).isFalse();
        storage.limitCapacity(storage.usedBytes());
        int appended = 0;
        log.beginBatch(10, 11, 12);
        while (!log.belowReserve()) {
            append(log, 500);
            appended++;
        }
        log.flush();
        assertThat(appended).isBetween(9, 16);
        assertThat(log.remainingBytes()).isLessThan(4096);
        log.beginBatch(11, 12, 13);
        append(log, 100);
        log.flush();
    }

    @Test
    void aFullDiskRefusesTheFrameAndKeepsTheBatch() {
        Log log = Log.open(storage, CONFIG, 5);
        storage.limitCapacity(storage.usedBytes() + 1000);
        log.beginBatch(10, 11, 12);
        for (int i = 0; i < 4; i++) {
            append(log, 900);
        }
        long before = storage.usedBytes();
        assertThatThrownBy(() -> append(log, 1000)).isInstanceOf(LogFullException.class);
        assertThat(storage.usedBytes()).isEqualTo(before);
        long small = append(log, 10);
        log.flush();
        storage.heal();
        log.beginBatch(11, 12, 13);
        append(log, 1000);
        log.flush();
        storage.crash();
        Log again = Log.open(storage, CONFIG, 6);
        assertThat(LogRun.entries(again)).hasSize(6);
        assertThat(again.read(small).payload().remaining()).isEqualTo(10);
    }

    @Test
    void aSpareWithoutSpaceIsNotFatalAndLeavesNothing() throws StorageFullException {
        Log log = Log.open(storage, CONFIG, 5);
        long used = storage.usedBytes();
        storage.limitCapacity(used + 1000);
        assertThatThrownBy(log::createSpare).isInstanceOf(StorageFullException.class);
        assertThat(storage.usedBytes()).isEqualTo(used);
        storage.heal();
        log.createSpare();
        assertThat(log.spares()).isEqualTo(1);
    }

    @Test
    void sparesOfAnEarlierRunAreUsedAgain() throws StorageFullException {
        Log log = Log.open(storage, CONFIG, 5);
        log.createSpare();
        log.createSpare();
        log.close();
        Log again = Log.open(storage, CONFIG, 5);
        assertThat(again.spares()).isEqualTo(2);
        again.close();
        Log larger = Log.open(storage, new LogConfig(8192, 1000, 1), 5);
        assertThat(larger.spares()).isZero();
    }

    @Test
    void theSegmentSizeMayChangeBetweenOpenings() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(1, 1, 1);
        append(log, 900);
        log.flush();
        log.close();
        Log larger = Log.open(storage, new LogConfig(16384, 5000, 1), 5);
        larger.beginBatch(2, 2, 2);
        append(larger, 5000);
        larger.flush();
        storage.crash();
        assertThat(LogRun.entries(Log.open(storage, CONFIG, 6))).hasSize(2);
    }

    @Test
    void onlyTheOldestSegmentCanBeDeletedAndNeverTheActiveOne() {
        Log log = Log.open(storage, CONFIG, 5);
        assertThatThrownBy(() -> log.deleteSegment(1)).isInstanceOf(IllegalArgumentException.class);
        log.beginBatch(10, 11, 12);
        long first = append(log, 900);
        for (int i = 0; i < 8; i++) {
            append(log, 900);
        }
        log.flush();
        assertThatThrownBy(() -> log.deleteSegment(2)).isInstanceOf(IllegalArgumentException.class);
        log.deleteSegment(1);
        assertThat(log.firstSegment()).isEqualTo(2);
        assertThatThrownBy(() -> log.read(first))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("begins at 2:64");
        assertThat(LogRun.entries(log)).hasSize(5);
        storage.crash();
        assertThat(LogRun.entries(Log.open(storage, CONFIG, 6))).hasSize(5);
    }

    @Test
    void aSegmentIsDeletedOnAFullDisk() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(10, 11, 12);
        for (int i = 0; i < 9; i++) {
            append(log, 900);
        }
        log.flush();
        storage.limitCapacity(storage.usedBytes());
        log.deleteSegment(1);
        assertThat(storage.usedBytes()).isLessThanOrEqualTo(2 * 4096 + 8192);
    }

    @Test
    void nothingWorksAfterAFailedForceButReads() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(10, 11, 12);
        long kept = append(log, 10);
        log.flush();
        storage.failForceAt(storage.forces() + 1);
        log.beginBatch(10, 11, 12);
        append(log, 10);
        assertThatThrownBy(log::flush).isInstanceOf(ForceFailedException.class);
        long forces = storage.forces();
        assertThatThrownBy(log::flush).isInstanceOf(ForceFailedException.class).hasMessageContaining("stopped");
        assertThatThrownBy(log::seal).isInstanceOf(ForceFailedException.class);
        assertThatThrownBy(log::createSpare).isInstanceOf(ForceFailedException.class);
        assertThatThrownBy(() -> log.begin(TYPE, 1)).isInstanceOf(ForceFailedException.class);
        assertThatThrownBy(() -> log.deleteSegment(1)).isInstanceOf(ForceFailedException.class);
        assertThat(log.read(kept).payload().remaining()).isEqualTo(10);
        log.close();
        assertThat(storage.forces()).isEqualTo(forces);
    }

    @Test
    void bytesOfAFailedForceAreWrittenAgainBeforeTheyAreServed() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(10, 11, 12);
        storage.failForceAt(storage.forces() + 1);
        append(log, 600);
        assertThatThrownBy(log::flush).isInstanceOf(ForceFailedException.class);
        storage.restart();
        assertThat(LogRun.entries(Log.open(storage, CONFIG, 6))).hasSize(1);
        storage.crash();
        assertThat(LogRun.entries(Log.open(storage, CONFIG, 7))).hasSize(1);
    }

    @Test
    void sealingTwiceWritesOnce() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(10, 11, 12);
        append(log, 10);
        log.flush();
        long calls = storage.calls();
        long forces = storage.forces();
        log.seal();
        log.seal();
        assertThat(storage.calls() - calls).isEqualTo(1);
        assertThat(storage.forces()).isEqualTo(forces);
    }

    @Test
    void misuseIsRefused() {
        Log log = Log.open(storage, CONFIG, 5);
        assertThatThrownBy(() -> log.begin(TYPE, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(log::end).isInstanceOf(IllegalStateException.class);
        log.beginBatch(1, 1, 1);
        assertThatThrownBy(() -> log.beginBatch(1, 1, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> log.begin((byte) 2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.begin(TYPE, 1001)).isInstanceOf(IllegalArgumentException.class);
        log.begin(TYPE, 1);
        assertThatThrownBy(log::flush).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new LogConfig(4096, 4000, 1)).hasMessageContaining("use larger segments");
        assertThatThrownBy(() -> new LogConfig(5000, 100, 1)).hasMessageContaining("multiple of 512");
        assertThatThrownBy(() -> new LogConfig(4096, 100, 0)).hasMessageContaining("reserveSegments");
        assertThat(LogConfig.defaults().segmentBytes()).isEqualTo(64 << 20);
    }

    static long append(Log log, int size) {
        ByteBuffer target = log.begin(TYPE, size);
        long position = log.position();
        while (target.hasRemaining()) {
            target.put((byte) size);
        }
        log.end();
        return position;
    }

    private static List<Batch> batches(Log log) {
        List<Batch> batches = new ArrayList<>();
        log.scan(0, frame -> {
            if (frame.isBatch()) {
                batches.add(Batch.of(frame));
            }
        });
        return batches;
    }
}
