package io.pledgemq.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pledgemq.engine.io.StorageFile;
import io.pledgemq.engine.io.StorageFullException;
import io.pledgemq.engine.sim.SimCrash;
import io.pledgemq.engine.sim.SimStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damaged bytes and missing files. */
class LogDamageTest {
    private static final LogConfig CONFIG = new LogConfig(4096, 1000, 1);

    private final SimStorage storage = new SimStorage(1);

    @Test
    void aBitFlippedInAnyByteIsRefusedWithARangeThatContainsItOrLosesNothing() throws IOException {
        List<LogRun.Entry> written = writeThreeSegments(true);
        int refused = 0;
        for (String file : storage.list()) {
            int size = (int) storage.sizeBytes(file);
            for (int at = 0; at < size; at++) {
                refused += openFlipped(file, at, written, written.size()) ? 1 : 0;
            }
        }
        long frameBytes = LogVerifier.verify(storage).bytes();
        assertThat(refused).isGreaterThan((int) frameBytes - 2 * FrameFormat.SEAL_FRAME_BYTES);
    }

    @Test
    void withoutASealOnlyTheLastBatchCanBeTakenForATornTail() throws IOException {
        List<LogRun.Entry> written = writeThreeSegments(false);
        for (int at = 0; at < CONFIG.segmentBytes(); at++) {
            openFlipped(SegmentFile.name(4), at, written, written.size() - 2);
        }
    }

    /** Four segments of which the oldest is deleted; the last batch has two frames. */
    private List<LogRun.Entry> writeThreeSegments(boolean closed) throws StorageFullException {
        Log log = Log.open(storage, CONFIG, 5);
        log.createSpare();
        for (int batch = 0; batch < 13; batch++) {
            log.beginBatch(batch, batch, batch);
            LogTest.append(log, 700 + batch);
            LogTest.append(log, 1 + batch);
            log.flush();
        }
        log.createSpare();
        log.deleteSegment(1);
        assertThat(log.activeSegment()).isEqualTo(4);
        List<LogRun.Entry> written = LogRun.entries(log);
        if (closed) {
            log.close();
        }
        return written;
    }

    /** Returns true if the log was refused. */
    private boolean openFlipped(String file, int at, List<LogRun.Entry> written, int surely) {
        SimStorage damaged = storage.copy(at);
        damaged.flip(file, at, at % 8);
        try (Log log = Log.open(damaged, CONFIG, 6)) {
            List<LogRun.Entry> found = LogRun.entries(log);
            assertThat(found).hasSizeBetween(surely, written.size()).isEqualTo(written.subList(0, found.size()));
            return false;
        } catch (DamagedLogException e) {
            assertThat(e.file()).isEqualTo(file);
            assertThat((long) at).as(e.getMessage()).isBetween(e.from(), e.to() - 1);
            return true;
        }
    }

    @Test
    void aTornTailIsCutAndItsRestNeverComesBack() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(1, 1, 1);
        LogTest.append(log, 600);
        log.flush();
        List<LogRun.Entry> kept = LogRun.entries(log);
        log.beginBatch(2, 2, 2);
        long torn = LogTest.append(log, 600);
        LogTest.append(log, 600);
        log.flush();
        storage.flip(SegmentFile.name(1), Position.offset(torn) + 30, 0);
        storage.restart();
        Log again = Log.open(storage, CONFIG, 6);
        assertThat(again.cutBytes()).isGreaterThan(1200);
        assertThat(LogRun.entries(again)).isEqualTo(kept);
        storage.crash();
        assertThat(LogRun.entries(Log.open(storage, CONFIG, 7))).isEqualTo(kept);
        byte[] bytes = storage.bytesOf(SegmentFile.name(1));
        assertThat(bytes[Position.offset(torn) + 800]).isZero();
    }

    @Test
    void aFrameOfAnOlderEpochBehindTheEndIsNotTakenForALaterOne() throws IOException {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(1, 1, 1);
        long stale = LogTest.append(log, 10);
        log.flush();
        byte[] old = storage.bytesOf(SegmentFile.name(1));
        storage.flip(SegmentFile.name(1), Position.offset(stale) - Batch.FRAME_BYTES + 1, 0);
        storage.restart();
        Log.open(storage, CONFIG, 6);
        int offset = Position.offset(stale);
        try (StorageFile file = storage.open(SegmentFile.name(1))) {
            file.write(offset, ByteBuffer.wrap(old, offset, 40));
        }
        storage.restart();
        assertThat(LogRun.entries(Log.open(storage, CONFIG, 7))).isEmpty();
    }

    @Test
    void damageIsReportedWhenAFrameIsRead() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(1, 1, 1);
        long position = LogTest.append(log, 500);
        log.flush();
        int offset = Position.offset(position);
        for (int bit = 0; bit < 8 * FrameFormat.frameBytes(500); bit++) {
            int at = offset + bit / 8;
            storage.flip(SegmentFile.name(1), at, bit % 8);
            DamagedLogException e = catchThrowableOfType(DamagedLogException.class, () -> log.read(position));
            assertThat((long) at).isBetween(e.from(), e.to() - 1);
            storage.flip(SegmentFile.name(1), at, bit % 8);
        }
        assertThat(log.read(position).payload().remaining()).isEqualTo(500);
    }

    @Test
    void aFrameCopiedToAnotherPositionIsNoFrame() throws IOException {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(1, 1, 1);
        int from = Position.offset(LogTest.append(log, 10));
        log.flush();
        byte[] bytes = storage.bytesOf(SegmentFile.name(1));
        try (StorageFile file = storage.open(SegmentFile.name(1))) {
            file.write(Position.offset(log.durablePosition()), ByteBuffer.wrap(bytes, from, 40));
        }
        storage.restart();
        assertThat(LogRun.entries(Log.open(storage, CONFIG, 6))).hasSize(1);
    }

    @Test
    void aTornSealInFrontOfATornBatchIsCut() {
        Log log = Log.open(storage, CONFIG, 5);
        log.beginBatch(1, 1, 1);
        LogTest.append(log, 10);
        log.flush();
        int seal = Position.offset(log.durablePosition());
        log.seal();
        log.beginBatch(2, 2, 2);
        LogTest.append(log, 10);
        log.flush();
        storage.flip(SegmentFile.name(1), seal + 3, 1);
        storage.restart();
        assertThat(LogRun.entries(Log.open(storage, CONFIG, 6))).hasSize(1);
    }

    @Test
    void aMissingNewestSegmentIsNoticedWhereverACrashCame() throws IOException {
        long calls = rollAndCrash(Long.MAX_VALUE);
        for (long call = 1; call <= calls; call++) {
            rollAndCrash(call);
        }
    }

    /** Crashes while segments are begun, opens again, crashes again, and then loses the newest segment. */
    private static long rollAndCrash(long call) throws IOException {
        SimStorage storage = new SimStorage(call);
        storage.crashAt(call);
        try {
            appendSegments(Log.open(storage, CONFIG, 5));
        } catch (SimCrash e) {
            assertThat(storage.calls()).isEqualTo(call);
        }
        storage.heal();
        storage.crash();
        Log log = Log.open(storage, CONFIG, 6);
        log.beginBatch(2, 2, 2);
        LogTest.append(log, 10);
        log.flush();
        int newest = log.activeSegment();
        storage.crash();
        long calls = storage.calls();
        if (newest > 1) {
            storage.delete(SegmentFile.name(newest));
            MissingSegmentException e =
                    catchThrowableOfType(MissingSegmentException.class, () -> Log.open(storage, CONFIG, 7));
            assertThat(e.file()).isEqualTo(SegmentFile.name(newest));
        }
        return calls;
    }

    private static void appendSegments(Log log) {
        for (int batch = 0; batch < 9; batch++) {
            log.beginBatch(1, 1, 1);
            LogTest.append(log, 900);
            log.flush();
        }
    }

    @Test
    void aFailedOpeningDoesNotMarkRewrittenBytesAsDurable() {
        for (int failing = 1; failing <= 4; failing++) {
            SimStorage disk = new SimStorage(failing);
            Log log = Log.open(disk, CONFIG, 5);
            log.beginBatch(1, 1, 1);
            LogTest.append(log, 900);
            disk.failForceAt(disk.forces() + 1);
            assertThatThrownBy(log::flush).isInstanceOf(ForceFailedException.class);
            disk.restart();
            disk.failForceAt(disk.forces() + failing);
            try {
                Log.open(disk, CONFIG, 6);
            } catch (LogException e) {
                assertThat(e).hasMessageContaining("simulated");
            }
            disk.heal();
            disk.restart();
            assertThat(LogRun.entries(Log.open(disk, CONFIG, 7))).hasSize(1);
            disk.crash();
            assertThat(LogRun.entries(Log.open(disk, CONFIG, 8))).hasSize(1);
        }
    }

    @Test
    void aMissingSegmentIsNamed() throws IOException {
        writeThreeSegments(true);
        for (int number = 2; number <= 4; number++) {
            SimStorage incomplete = storage.copy(number);
            incomplete.delete(SegmentFile.name(number));
            List<String> before = incomplete.list();
            MissingSegmentException e =
                    catchThrowableOfType(MissingSegmentException.class, () -> Log.open(incomplete, CONFIG, 6));
            assertThat(e.file()).isEqualTo(SegmentFile.name(number));
            assertThat(incomplete.list()).isEqualTo(before);
            assertThat(LogVerifier.verify(incomplete).damaged())
                    .extracting(DamagedRange::file)
                    .as("damage that a verification reports")
                    .contains(SegmentFile.name(number));
        }
    }

    @Test
    void allSegmentsMissingIsNotANewLog() throws IOException {
        writeThreeSegments(true);
        for (int number = 2; number <= 4; number++) {
            storage.delete(SegmentFile.name(number));
        }
        assertThatThrownBy(() -> Log.open(storage, CONFIG, 6))
                .isInstanceOf(MissingSegmentException.class)
                .hasMessageContaining("log-start says");
    }

    @Test
    void aLostLogStartFileIsMadeAgainOnlyIfNothingWasDeleted() throws IOException {
        Log.open(storage, CONFIG, 5).close();
        storage.delete(LogStart.FILE);
        Log.open(storage, CONFIG, 5).close();
        assertThat(storage.exists(LogStart.FILE)).isTrue();
        SimStorage other = new SimStorage(2);
        SimStorage shortened = writeTo(other);
        shortened.delete(LogStart.FILE);
        assertThatThrownBy(() -> Log.open(shortened, CONFIG, 6))
                .isInstanceOf(MissingSegmentException.class)
                .hasMessageContaining("no log-start file");
    }

    private static SimStorage writeTo(SimStorage target) {
        Log log = Log.open(target, CONFIG, 5);
        log.beginBatch(1, 1, 1);
        for (int i = 0; i < 6; i++) {
            LogTest.append(log, 900);
        }
        log.flush();
        log.deleteSegment(1);
        log.close();
        return target;
    }

    @Test
    void aCutFileIsDamaged() throws IOException {
        Log.open(storage, CONFIG, 5).close();
        byte[] bytes = storage.bytesOf(SegmentFile.name(1));
        storage.delete(SegmentFile.name(1));
        try (StorageFile file = storage.create(SegmentFile.name(1))) {
            file.write(0, ByteBuffer.wrap(bytes, 0, 3000));
        }
        assertThatThrownBy(() -> Log.open(storage, CONFIG, 6))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("[3000, 4096)");
    }

    @Test
    void aLogOfANewerVersionIsRefused() throws IOException {
        Log.open(storage, CONFIG, 5).close();
        ByteBuffer header =
                ByteBuffer.wrap(storage.bytesOf(SegmentFile.name(1))).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(8, 2);
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(header.array(), 0, 60);
        header.putInt(60, (int) crc.getValue());
        try (StorageFile file = storage.open(SegmentFile.name(1))) {
            file.write(0, header);
        }
        assertThatThrownBy(() -> Log.open(storage, CONFIG, 6))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("format version 2");
    }

    @Test
    void theVerifierReportsAllDamageAndWritesNothing() throws IOException {
        List<LogRun.Entry> written = writeThreeSegments(true);
        LogReport intact = LogVerifier.verify(storage);
        assertThat(intact.intact()).isTrue();
        assertThat(intact.segments()).isEqualTo(3);
        assertThat(intact.tornTailBytes()).isZero();
        assertThat(intact.firstPosition()).isEqualTo(Position.of(2, 64));
        assertThat(intact.lastPosition())
                .isGreaterThan(written.get(written.size() - 1).position());
        List<Long> hit = new ArrayList<>();
        for (LogRun.Entry entry : List.of(written.get(1), written.get(written.size() - 2))) {
            int offset = Position.offset(entry.position());
            storage.flip(SegmentFile.name(Position.segment(entry.position())), offset + 24, 1);
            hit.add((long) offset);
        }
        storage.flip(SegmentFile.name(3), 20, 1);
        byte[] before = storage.bytesOf(SegmentFile.name(2));
        LogReport report = LogVerifier.verify(storage);
        assertThat(report.damaged()).hasSize(3);
        assertThat(report.damaged()).extracting(DamagedRange::from).contains(hit.get(0), hit.get(1), 0L);
        assertThat(storage.bytesOf(SegmentFile.name(2))).isEqualTo(before);
    }

    @Test
    void theVerifierFindsMissingFilesAndTornTails() throws IOException {
        writeThreeSegments(false);
        try (StorageFile file = storage.open(SegmentFile.name(4))) {
            file.write(CONFIG.segmentBytes() - 10, ByteBuffer.wrap(new byte[] {1}));
        }
        assertThat(LogVerifier.verify(storage).tornTailBytes()).isPositive();
        storage.delete(SegmentFile.name(3));
        assertThat(LogVerifier.verify(storage).damaged())
                .extracting(DamagedRange::file)
                .contains(SegmentFile.name(3));
        assertThat(LogVerifier.verify(new SimStorage(1)).segments()).isZero();
    }
}
