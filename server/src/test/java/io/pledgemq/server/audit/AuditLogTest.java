package io.pledgemq.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.server.access.Fixture;
import io.pledgemq.server.access.SettableClock;
import io.pledgemq.server.audit.AuditEntry.Detail;
import io.pledgemq.server.audit.AuditEntry.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final InetAddress HERE = Fixture.address("192.0.2.7");
    private static final Path FULL_DEVICE = Path.of("/dev/full");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T10:00:00Z"));
    private final Path directory;
    private AuditLog log;

    AuditLogTest(@TempDir Path parent) {
        this.directory = parent.resolve("audit");
        this.log = AuditLog.open(directory, clock, AuditLimits.DEFAULTS);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void admittedActionIsOnDiskBeforeItIsDone() throws Exception {
        AuditEntry entry = new AuditEntry(
                "boss", HERE, "topic.delete", "order-created", Result.DONE, new Detail("不再需要", "queues=4", null));
        log.admit(entry).get();

        JsonNode line = lines().get(0);
        assertThat(line.get("time").asText()).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(line.get("who").asText()).isEqualTo("boss");
        assertThat(line.get("from").asText()).isEqualTo("192.0.2.7");
        assertThat(line.get("action").asText()).isEqualTo("topic.delete");
        assertThat(line.get("resource").asText()).isEqualTo("order-created");
        assertThat(line.get("result").asText()).isEqualTo("asked");
        assertThat(line.get("reason").asText()).isEqualTo("不再需要");
        assertThat(line.get("before").asText()).isEqualTo("queues=4");
        assertThat(line.has("after")).isFalse();

        log.record(entry);
        log.flush().get();
        assertThat(lines()).extracting(l -> l.get("result").asText()).containsExactly("asked", "done");
    }

    @Test
    void filesAndDirectoryArePrivate() throws Exception {
        log.admit(entry("boss", "topic.create")).get();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(current())))
                .isEqualTo("rw-------");
    }

    @Test
    void strangersTextsCannotForgeLinesOrCommandTerminals() throws Exception {
        String nasty = "x\r\n{\"who\":\"boss\"}\u001b[2J\u0000\u007f\u0085\u2028\u202e\ud800\"\\<script>";
        log.refusedStranger(
                new AuditEntry(nasty, HERE, nasty, "y".repeat(100_000), Result.REFUSED, Detail.because(nasty)));
        log.flush().get();

        String text = Files.readString(current());
        assertThat(text.lines()).hasSize(1);
        assertThat(text.chars().filter(c -> c != '\n')).allMatch(c -> c >= 0x20 && c < 0x7f);
        assertThat(text.length()).isLessThan(5 * AuditLine.MAX_LENGTH);
        assertThat(lines().get(0).get("who").asText())
                .isEqualTo(
                        "x<00000d><00000a>{\"who\":\"boss\"}<00001b>[2J<000000><00007f><000085><002028><00202e><00d800>\"\\<script>");
    }

    @Test
    void restartAppends() throws Exception {
        log.admit(entry("boss", "first")).get();
        log.close();
        log = AuditLog.open(directory, clock, AuditLimits.DEFAULTS);
        log.admit(entry("boss", "second")).get();

        assertThat(actions()).containsExactly("first", "second");
    }

    @Test
    void lineThatACrashCutOffSpoilsNoOther() throws Exception {
        log.admit(entry("boss", "first")).get();
        log.close();
        Files.writeString(current(), "{\"time\":\"2026", StandardOpenOption.APPEND);
        log = AuditLog.open(directory, clock, AuditLimits.DEFAULTS);
        log.admit(entry("boss", "second")).get();

        List<String> lines = Files.readAllLines(current());
        assertThat(lines).hasSize(3);
        assertThat(JSON.readTree(lines.get(2)).get("action").asText()).isEqualTo("second");
    }

    @Test
    void fullFilesAreKeptUpToTheirBound() throws Exception {
        log.close();
        log = AuditLog.open(directory, clock, new AuditLimits(200, 3, 100));
        for (int i = 0; i < 40; i++) {
            log.admit(entry("boss", "action-" + i)).get();
        }

        List<String> names;
        try (Stream<Path> files = Files.list(directory)) {
            names = files.map(file -> file.getFileName().toString()).sorted().toList();
        }
        assertThat(names).hasSize(4).contains("audit.jsonl").noneMatch(name -> name.contains("00000001"));
        List<String> kept = new ArrayList<>();
        for (String name : names) {
            assertThat(Files.size(directory.resolve(name))).isLessThan(400);
            for (String line : Files.readAllLines(directory.resolve(name))) {
                kept.add(JSON.readTree(line).get("action").asText());
            }
        }
        assertThat(kept)
                .as("the newest, without a gap, in order")
                .hasSizeGreaterThan(4)
                .last()
                .isEqualTo("action-39");
        for (int i = 0; i < kept.size(); i++) {
            assertThat(kept.get(i)).isEqualTo("action-" + (40 - kept.size() + i));
        }
    }

    @Test
    void fullFilesThatAnotherLocaleNumberedAreGoneOnWith() throws Exception {
        log.close();
        Path other = Path.of(URI.create(directory.toUri() + "/audit-" + "%D9%A0".repeat(7) + "%D9%A7.jsonl"));
        Files.createDirectories(directory);
        Files.writeString(other, "{}\n");
        log = AuditLog.open(directory, clock, new AuditLimits(10, 3, 100));
        for (int i = 0; i < 2; i++) {
            log.admit(entry("boss", "action-" + i)).get();
        }
        assertThat(directory).isDirectoryNotContaining(other::equals);
        assertThat(directory.resolve("audit-00000007.jsonl")).hasContent("{}\n");
        assertThat(directory.resolve("audit-00000008.jsonl")).content().contains("action-0");
    }

    @Test
    void onAFullDiskNoActionIsAdmittedAndWhatWasLostIsToldAfterwards() throws Exception {
        assumeThat(FULL_DEVICE).exists();
        Files.createDirectories(directory);
        Files.createSymbolicLink(current(), FULL_DEVICE);

        assertThatThrownBy(() -> log.admit(entry("boss", "topic.delete")).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("nothing was changed")
                .hasMessageContaining("make room");
        log.refusedStranger(entry("(unknown)", "SendMessage"));
        assertThatThrownBy(() -> log.flush().get()).hasCauseInstanceOf(AuditUnavailableException.class);
        assertThat(log.trouble()).isPresent();
        assertThat(log.lost()).isEqualTo(2);

        Files.delete(current());
        log.admit(entry("boss", "topic.delete")).get();

        assertThat(actions()).containsExactly("audit.lost", "topic.delete");
        assertThat(lines().get(0).get("count").asInt()).isEqualTo(2);
        assertThat(log.trouble()).isEmpty();
        assertThat(log.lost()).isZero();
    }

    @Test
    void directoryThatCannotBeMadeRefusesActionsToo() throws Exception {
        Files.writeString(directory, "a file where the directory should be");

        assertThatThrownBy(() -> log.admit(entry("boss", "topic.delete")).get())
                .hasCauseInstanceOf(AuditUnavailableException.class);

        Files.delete(directory);
        log.admit(entry("boss", "topic.delete")).get();
        assertThat(actions()).containsExactly("audit.lost", "topic.delete");
    }

    @Test
    void aFileThatWasRenamedIsGoneOnWithInANewOneAndNoLineIsLost() throws Exception {
        log.admit(entry("boss", "first")).get();
        Path rotated = Files.move(current(), directory.resolve("audit.jsonl.1"));
        log.admit(entry("boss", "second")).get();

        assertThat(rotated).content().contains("first").doesNotContain("second");
        assertThat(actions()).containsExactly("second");
        assertThat(log.lostFiles()).isEqualTo(1);
        assertThat(log.lost()).isZero();
        assertThat(log.trouble()).isEmpty();
    }

    @Test
    void aFileThatWasDeletedOrReplacedIsMadeAnewBeforeTheNextLine() throws Exception {
        log.admit(entry("boss", "first")).get();
        Files.delete(current());
        log.flush().get();
        assertThat(current()).as("without a line, too").exists();
        log.admit(entry("boss", "second")).get();
        Files.move(Files.writeString(directory.resolve("other"), ""), current(), StandardCopyOption.REPLACE_EXISTING);
        log.admit(entry("boss", "third")).get();

        assertThat(actions()).containsExactly("third");
        assertThat(log.lostFiles()).isEqualTo(2);
    }

    @Test
    void aFileThatAnotherProgramMadeForEverybodyIsNarrowed() throws Exception {
        log.admit(entry("boss", "first")).get();
        Path file = Files.writeString(directory.resolve("other"), "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        Files.move(file, current(), StandardCopyOption.REPLACE_EXISTING);
        log.admit(entry("boss", "second")).get();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(current())))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileThatWasCutInPlaceIsGoneOnWithAndFullOnlyWhenItIsFull() throws Exception {
        log.close();
        log = AuditLog.open(directory, clock, new AuditLimits(400, 3, 100));
        log.admit(entry("boss", "first")).get();
        for (int i = 0; i < 5; i++) {
            Files.writeString(current(), "");
            log.admit(entry("boss", "again")).get();
        }
        assertThat(actions()).containsExactly("again");
        assertThat(directory).isDirectoryNotContaining("glob:**audit-*");
    }

    @Test
    void aDirectoryThatIsNoneAnyMoreAdmitsNothingUntilItIsBack() throws Exception {
        log.admit(entry("boss", "first")).get();
        Path away = Files.move(directory, directory.resolveSibling("away"));
        Files.writeString(directory, "a file where the directory was");

        assertThatThrownBy(() -> log.admit(entry("boss", "second")).get())
                .hasCauseInstanceOf(AuditUnavailableException.class);
        assertThat(log.trouble()).isPresent();

        Files.delete(directory);
        Files.move(away, directory);
        log.admit(entry("boss", "third")).get();
        assertThat(actions()).containsExactly("first", "audit.lost", "third");
        assertThat(log.trouble()).isEmpty();
    }

    @Test
    void aDirectoryThatMayNotBeWrittenAdmitsNothingUntilItMay() throws Exception {
        log.admit(entry("boss", "first")).get();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-x------"));
        assumeThat(Files.isWritable(directory)).as("root may write it").isFalse();
        assertThatThrownBy(() -> log.admit(entry("boss", "second")).get())
                .hasMessageContaining("the directory cannot be written");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        log.admit(entry("boss", "third")).get();
        assertThat(actions()).containsExactly("first", "audit.lost", "third");
    }

    @Test
    void floodOfStrangersIsCountedAndHidesNoUser() throws Exception {
        for (int i = 0; i < 100_000; i++) {
            log.refusedStranger(entry("(unknown)", "SendMessage"));
        }
        log.refusedStranger(new AuditEntry(
                "(unknown)", Fixture.address("192.0.2.8"), "Heartbeat", "", Result.REFUSED, Detail.NONE));
        log.refusedUser(entry("orders", "EndTransaction"));
        clock.move(RefusalFlood.WINDOW);
        log.flush().get();

        List<String> actions = actions();
        assertThat(actions.stream().filter("SendMessage"::equals)).hasSize(AuditLog.STRANGERS_PER_ADDRESS);
        assertThat(actions).contains("Heartbeat", "EndTransaction");
        assertThat(lines().stream()
                        .filter(line -> line.get("action").asText().equals("refusals.suppressed"))
                        .mapToLong(line -> line.get("count").asLong()))
                .containsExactly(100_000L - AuditLog.STRANGERS_PER_ADDRESS);
    }

    @Test
    void floodFromManyAddressesIsBoundedToo() throws Exception {
        for (int i = 0; i < 60_000; i++) {
            InetAddress from = Fixture.address("10.0." + (i >> 8) + "." + (i & 255));
            log.refusedStranger(new AuditEntry("(unknown)", from, "SendMessage", "", Result.REFUSED, Detail.NONE));
        }
        log.close();

        assertThat(actions().stream().filter("SendMessage"::equals)).hasSize(AuditLog.STRANGERS_IN_ALL);
        assertThat(lines().get(lines().size() - 1).get("count").asLong())
                .isEqualTo(60_000L - AuditLog.STRANGERS_IN_ALL);
    }

    @Test
    void sourcesOfAFloodAreForgottenWithItsMinute() {
        RefusalFlood flood = new RefusalFlood(1, 3);
        Instant start = clock.instant();
        for (int i = 0; i < 1_000; i++) {
            flood.writes("source" + i, start);
        }

        assertThat(flood.sources()).isEqualTo(3);
        assertThat(flood.ended(start.plusSeconds(59))).isEmpty();
        assertThat(flood.ended(start.plus(RefusalFlood.WINDOW)))
                .hasValueSatisfying(counted -> assertThat(counted.count()).isEqualTo(997));
        assertThat(flood.sources()).isZero();
        assertThat(flood.ended(start.plus(Duration.ofHours(1)))).isEmpty();
        assertThat(flood.writes("source1", start)).isTrue();
    }

    @Test
    void afterClosingNothingIsAdmitted() {
        log.close();

        assertThatThrownBy(() -> log.admit(entry("boss", "topic.delete")).get())
                .hasCauseInstanceOf(AuditUnavailableException.class);
    }

    @Test
    void limitsMustBePositive() {
        assertThatThrownBy(() -> new AuditLimits(1, 0, 1)).hasMessageContaining("must be positive");
    }

    private static AuditEntry entry(String who, String action) {
        return new AuditEntry(who, HERE, action, "orders", Result.DONE, Detail.NONE);
    }

    private Path current() {
        return directory.resolve("audit.jsonl");
    }

    private List<String> actions() throws IOException {
        return lines().stream().map(line -> line.get("action").asText()).toList();
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(current())) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
