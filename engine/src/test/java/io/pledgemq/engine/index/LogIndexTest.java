package io.pledgemq.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.LeaseTerms;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.io.StorageFile;
import io.pledgemq.engine.log.LogReport;
import io.pledgemq.engine.log.LogVerifier;
import io.pledgemq.engine.log.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With an index or without, whole or damaged: the answers are the same. */
class LogIndexTest {
    private static final int SEGMENT_BYTES = 16 << 10;
    private static final String FIRST = "index-0000000001.idx";

    private final CommandLog commands = new CommandLog(SEGMENT_BYTES);
    private final List<Long> keys = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();

    @BeforeEach
    void write() {
        SplittableRandom random = new SplittableRandom(3);
        List<Long> positions = new ArrayList<>();
        for (int i = 0; commands.log.activeSegment() < 6; i++) {
            // Now and then the wall clock jumps back.
            commands.pass(random.nextInt(50) == 0 ? -5_000 : random.nextInt(40));
            times.add(commands.wallMs());
            positions.add(commands.send("id-" + i, "topic-" + i % 3, "key-" + i % 11, random.nextInt(400)));
            commands.ack(positions.get(random.nextInt(positions.size())));
            if (i % 5 == 0) {
                commands.append(
                        lease(positions, random), new Command.Recall(MessageId.of("id-" + i), Party.check("c")));
            }
        }
        for (int i = 0; i < positions.size(); i += 9) {
            keys.add(IndexKey.ofId(MessageId.of("id-" + i)));
            keys.add(IndexKey.ofPosition(positions.get(i)));
        }
        for (int i = 0; i < 12; i++) {
            keys.add(IndexKey.ofKey("key-" + i));
            keys.add(IndexKey.ofTopic("topic-" + i));
            keys.add(IndexKey.ofTopicAndKey("topic-" + i % 4, "key-" + i));
        }
    }

    private static Command lease(List<Long> positions, SplittableRandom random) {
        long[] leased = new long[5];
        Arrays.setAll(leased, i -> positions.get(random.nextInt(positions.size())));
        return new Command.Lease(0, "client", LeaseTerms.of(1000), 0, new byte[5], leased, new int[0]);
    }

    @AfterEach
    void close() {
        commands.close();
    }

    private static List<String> found(LogIndex index, IndexQuery query) {
        List<String> found = new ArrayList<>();
        index.visit(query, (frame, wallMs) -> {
            found.add(Position.text(frame.position()) + " at " + wallMs);
            return true;
        });
        return found;
    }

    /** Filters by time, since a visitor may also get frames outside it. */
    private static List<String> foundBetween(LogIndex index, IndexQuery query) {
        List<String> found = new ArrayList<>();
        index.visit(query, (frame, wallMs) -> {
            if (wallMs >= query.fromMs() && wallMs <= query.toMs()) {
                found.add(Position.text(frame.position()));
            }
            return true;
        });
        return found;
    }

    private List<List<String>> answers(LogIndex index) {
        return keys.stream().map(key -> found(index, IndexQuery.of(0, key))).toList();
    }

    @Test
    void everythingIsFoundInBothOrdersAndInEveryRange() {
        LogIndex none = commands.none();
        SplittableRandom random = new SplittableRandom(5);
        try (LogIndex index = commands.indexed()) {
            for (int segment = 1; segment < commands.log.activeSegment(); segment++) {
                assertThat(index.has(segment)).isTrue();
            }
            for (long key : keys) {
                long from = Position.of(1 + random.nextInt(6), random.nextInt(SEGMENT_BYTES));
                long to = Position.of(1 + random.nextInt(6), random.nextInt(SEGMENT_BYTES));
                long other = keys.get(random.nextInt(keys.size()));
                for (IndexQuery query : List.of(
                        IndexQuery.of(0, key),
                        IndexQuery.of(0, key).newestFirst(true),
                        IndexQuery.of(0, key, other),
                        IndexQuery.of(0, key, other).newestFirst(true),
                        IndexQuery.of(0, key).within(from, to),
                        IndexQuery.of(0, key).within(from, to).newestFirst(true))) {
                    assertThat(found(index, query)).as("%s", query).isEqualTo(found(none, query));
                }
            }
        }
        assertThat(answers(none).stream().filter(List::isEmpty).count())
                .as("most is there to be found")
                .isLessThan(keys.size() / 3);
    }

    @Test
    void aVisitorThatHasEnoughEndsTheQuery() {
        try (LogIndex index = commands.indexed()) {
            for (boolean newest : new boolean[] {true, false}) {
                IndexQuery query = IndexQuery.of(0, IndexKey.ofTopic("topic-1")).newestFirst(newest);
                List<Long> found = new ArrayList<>();
                index.visit(query, (frame, wallMs) -> {
                    found.add(frame.position());
                    return found.size() < 3;
                });
                assertThat(found).hasSize(3);
            }
        }
    }

    @Test
    void aTimeIsFoundAlthoughTheClockJumped() {
        LogIndex none = commands.none();
        SplittableRandom random = new SplittableRandom(6);
        try (LogIndex index = commands.indexed()) {
            for (int i = 0; i < times.size(); i++) {
                long fromMs = times.get(i);
                IndexQuery query = IndexQuery.of(0, IndexKey.ofTopic("topic-" + i % 3))
                        .between(fromMs, fromMs + random.nextInt(200))
                        .newestFirst(i % 2 == 0);
                assertThat(foundBetween(index, query)).isNotEmpty().isEqualTo(foundBetween(none, query));
            }
        }
    }

    @Test
    void aFlippedByteOfAnIndexCostsARebuildAndNothingElse() throws LogIndex.Failed {
        List<List<String>> expected = answers(commands.none());
        commands.indexed().close();
        byte[] whole = commands.storage.bytesOf(FIRST);
        int noticed = 0;
        for (int offset = 0; offset < whole.length; offset++) {
            commands.storage.flip(FIRST, offset, offset % 8);
            try (LogIndex index = new LogIndex(commands.storage, commands.log, 1 << 20, 100)) {
                // Looks up one key that the page may have, so that the damaged page is read; now and then all keys.
                if (offset % 997 == 0) {
                    assertThat(answers(index)).as("byte %d", offset).isEqualTo(expected);
                } else {
                    int which = offset % keys.size();
                    assertThat(found(index, IndexQuery.of(0, keys.get(which))))
                            .as("byte %d", offset)
                            .isEqualTo(expected.get(which));
                }
                if (!index.has(1)) {
                    noticed++;
                    if (offset % 101 == 0) {
                        assertThat(index.buildNext(Set.of(), Pace.FULL)).isEqualTo(1);
                        assertThat(index.has(1)).isTrue();
                        assertThat(commands.storage.bytesOf(FIRST)).isEqualTo(whole);
                        continue;
                    }
                }
            }
            commands.storage.flip(FIRST, offset, offset % 8);
        }
        assertThat(noticed)
                .as("flips in the header and in pages that were read")
                .isGreaterThan(5_000);
    }

    @Test
    void anIndexOfAnOlderVersionIsRebuilt() throws IOException {
        List<List<String>> expected = answers(commands.none());
        commands.indexed().close();
        ByteBuffer header = IndexHeader.page();
        header.put(commands.storage.bytesOf(FIRST), 0, IndexHeader.PAGE_BYTES);
        header.putInt(8, IndexHeader.VERSION - 1);
        try (StorageFile file = commands.storage.open(FIRST)) {
            file.write(0, IndexHeader.sealed(header));
        }
        try (LogIndex index = new LogIndex(commands.storage, commands.log, 1 << 20, 100)) {
            assertThat(index.has(1)).isFalse();
            assertThat(answers(index)).isEqualTo(expected);
            CommandLog.makeAll(index);
            assertThat(index.has(1)).isTrue();
            assertThat(answers(index)).isEqualTo(expected);
        }
    }

    @Test
    void aTornIndexIsRebuilt() throws IOException {
        List<List<String>> expected = answers(commands.none());
        commands.indexed().close();
        byte[] whole = commands.storage.bytesOf(FIRST);
        for (int length = 0; length < whole.length; length += 500) {
            replaceFirst(Arrays.copyOf(whole, length));
            try (LogIndex index = new LogIndex(commands.storage, commands.log)) {
                assertThat(index.has(1)).isFalse();
                assertThat(answers(index)).isEqualTo(expected);
                CommandLog.makeAll(index);
                assertThat(index.has(1)).isTrue();
                assertThat(answers(index)).isEqualTo(expected);
            }
        }
    }

    @Test
    void theIndexOfAnotherSegmentIsNotUsed() throws IOException {
        commands.indexed().close();
        byte[] whole = commands.storage.bytesOf(FIRST);
        replaceFirst(commands.storage.bytesOf("index-0000000002.idx"));
        try (LogIndex index = new LogIndex(commands.storage, commands.log)) {
            assertThat(index.has(1)).isFalse();
            CommandLog.makeAll(index);
        }
        assertThat(commands.storage.bytesOf(FIRST)).isEqualTo(whole);
    }

    @Test
    void anIndexWhoseRecordsHaveWrongOffsetsIsNotUsed() throws IOException {
        List<List<String>> expected = answers(commands.none());
        commands.indexed().close();
        // All records point 8 bytes too far, with checksums that are right.
        byte[] bytes = commands.storage.bytesOf(FIRST);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int pages = file.getInt(28);
        for (int number = 0; number < pages; number++) {
            ByteBuffer page = IndexHeader.page();
            page.put(bytes, (1 + number) * IndexHeader.PAGE_BYTES, IndexHeader.PAGE_BYTES);
            for (int i = 0; i < page.getInt(IndexHeader.COUNT_AT); i++) {
                page.putLong(i * Long.BYTES, page.getLong(i * Long.BYTES) + 1);
            }
            IndexHeader.sealed(page).get(bytes, (1 + number) * IndexHeader.PAGE_BYTES, IndexHeader.PAGE_BYTES);
            int fence = (1 + pages) * IndexHeader.PAGE_BYTES + number * Long.BYTES;
            file.putLong(fence, file.getLong(fence) + 1);
        }
        byte[] tail = Arrays.copyOfRange(bytes, (1 + pages) * IndexHeader.PAGE_BYTES, bytes.length);
        ByteBuffer header = IndexHeader.page();
        header.put(bytes, 0, IndexHeader.PAGE_BYTES);
        header.putInt(52, IndexHeader.crc(ByteBuffer.wrap(tail), tail.length));
        IndexHeader.sealed(header).get(bytes, 0, IndexHeader.PAGE_BYTES);
        replaceFirst(bytes);
        try (LogIndex index = new LogIndex(commands.storage, commands.log)) {
            assertThat(index.has(1)).as("it looks right").isTrue();
            assertThat(verified().faults()).extracting(IndexReport.Fault::file).containsExactly(FIRST);
            assertThat(answers(index)).isEqualTo(expected);
            assertThat(index.has(1)).isFalse();
        }
    }

    private void replaceFirst(byte[] bytes) throws IOException {
        commands.storage.delete(FIRST);
        try (StorageFile file = commands.storage.create(FIRST)) {
            file.write(0, ByteBuffer.wrap(bytes));
        }
    }

    private IndexReport verified() throws IOException {
        IndexVerifier verifier = new IndexVerifier(commands.storage);
        LogReport report = LogVerifier.verify(commands.storage, verifier::visit);
        assertThat(report.intact()).isTrue();
        return verifier.report();
    }

    @Test
    void aVerificationNamesUnusableIndexes() throws IOException {
        commands.indexed().close();
        assertThat(verified()).isEqualTo(new IndexReport(commands.log.activeSegment() - 1, List.of()));
        commands.storage.flip("index-0000000002.idx", 5000, 3);
        commands.storage.flip("index-0000000003.idx", 9, 3);
        assertThat(verified().faults())
                .extracting(IndexReport.Fault::file)
                .containsExactly("index-0000000002.idx", "index-0000000003.idx");
    }

    @Test
    void onAFullDiskNoIndexIsBuiltAndTheLogAnswers() {
        List<List<String>> expected = answers(commands.none());
        long used = commands.storage.usedBytes();
        int written = 0;
        for (int freeBytes = 0; freeBytes < 40_000; freeBytes += 1_000) {
            commands.storage.limitCapacity(used + freeBytes);
            try (LogIndex index = new LogIndex(commands.storage, commands.log, 1 << 20, 100)) {
                try {
                    written += index.buildNext(Set.of(), Pace.FULL) == 0 ? 0 : 1;
                } catch (LogIndex.Failed e) {
                    assertThat(e).hasMessageContaining("no space");
                }
                assertThat(commands.storage.namesOf("index-")).hasSize(written);
                assertThat(commands.storage.namesOf("index.")).isEmpty();
                assertThat(answers(index)).isEqualTo(expected);
            }
            used = Math.max(used, commands.storage.usedBytes());
        }
        assertThat(written).isPositive();
    }

    @Test
    void openIndexesStayWithinTheirMemory() {
        commands.indexed().close();
        int bound = 9_000;
        try (LogIndex index = new LogIndex(commands.storage, commands.log, bound, 100)) {
            assertThat(answers(index)).isEqualTo(answers(commands.none()));
            assertThat(index.residentBytes()).isPositive().isLessThanOrEqualTo(bound);
        }
    }

    @Test
    void anIndexIsDeletedWithItsSegment() throws IOException {
        try (LogIndex index = commands.indexed()) {
            commands.log.deleteSegment(1);
            commands.log.deleteSegment(2);
            index.tidy();
            assertThat(commands.storage.namesOf("index-").get(0)).isEqualTo("index-0000000003.idx");
            assertThat(answers(index)).isEqualTo(answers(commands.none()));
        }
    }

    @Test
    void theNextBuildDeletesFilesOfAnInterruptedOne() throws IOException {
        for (String name : List.of(IndexBuilder.UNFINISHED, EntrySorter.FILE)) {
            try (StorageFile file = commands.storage.create(name)) {
                file.write(0, ByteBuffer.wrap(new byte[700]));
            }
        }
        try (LogIndex index = commands.indexed()) {
            assertThat(answers(index)).isEqualTo(answers(commands.none()));
        }
        assertThat(commands.storage.list()).doesNotContain(IndexBuilder.UNFINISHED, EntrySorter.FILE);
    }
}
