package io.pledgemq.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Running;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command as people run it, on data directories that are damaged in every way. */
@Timeout(120)
class DoctorCommandTest {
    private static final int SEGMENT_BYTES = 256 << 10;
    private static final EngineConfig SMALL = EngineConfig.defaults()
            .withLog(new LogConfig(SEGMENT_BYTES, 200 << 10, 1))
            .withSnapshotEveryBytes(2L * SEGMENT_BYTES)
            .withLimits(
                    new Limits(50 << 10, 128, 32 << 10, 100, 100, 1_000_000, 1_000, 64L << 20, Limits.Rows.DEFAULT));

    private final Path data;
    private final StringWriter out = new StringWriter();

    DoctorCommandTest(@TempDir Path directory) {
        this.data = directory.resolve("data");
    }

    /** Five segments and more, and a snapshot for each of two stops. */
    @BeforeEach
    void anEngineThatWasStopped() throws IOException {
        for (int round = 0; round < 2; round++) {
            try (Engine engine = Engine.open(data, SMALL)) {
                engine.createTopic(new TopicConfig("orders", TopicType.NORMAL)).join();
                for (int i = 0; i < 20; i++) {
                    Outcome stored = engine.send(Message.of("m-" + round + "-" + i, "orders", new byte[40_000]))
                            .join();
                    assertThat(stored).isInstanceOf(Outcome.Stored.class);
                }
            }
        }
    }

    @Test
    void nothingIsWrongWithADirectoryThatWasClosed() throws Exception {
        assertThat(doctor()).isZero();
        assertThat(log()).hasSize(1);
        assertThat(log().get(0)).contains("segments with", "takes its state from snapshot-");
        assertStarts();
    }

    @Test
    void bytesThatAreNotWhatWasWrittenAreTold() throws Exception {
        flip(newest("segment-", 0), 2_000);
        assertDamaged("segment-", "bytes ", "expected");
    }

    @Test
    void damageBeforeTheSnapshotIsToldAlthoughAStartDoesNotReadThere() throws Exception {
        flip(data.resolve("segment-0000000001.log"), 20_000);
        assertDamagedButStarts("segment-0000000001.log, bytes ");
    }

    @Test
    void aSegmentThatIsCutOffIsTold() throws Exception {
        try (FileChannel file = FileChannel.open(newest("segment-", 1), StandardOpenOption.WRITE)) {
            file.truncate(30_000);
        }
        assertDamaged("segment-", "found 30000");
    }

    @Test
    void aMissingSegmentIsToldInTheMiddleAtTheBeginningAndAtTheEnd() throws Exception {
        Path middle = Files.move(data.resolve("segment-0000000003.log"), data.resolveSibling("moved"));
        assertDamaged("segment-0000000003.log", "missing");
        Files.move(middle, data.resolve("segment-0000000003.log"));
        Path first = Files.move(data.resolve("segment-0000000001.log"), data.resolveSibling("moved"));
        assertDamaged("segment-0000000001.log", "missing");
        Files.move(first, data.resolve("segment-0000000001.log"));
        Files.delete(newest("segment-", 0));
        assertDamaged("segment-", "missing");
    }

    @Test
    void aDirectoryWhoseSegmentsAreAllGoneIsNotTakenForANewOne() throws Exception {
        for (int i = 0; Files.exists(data.resolve("segment-0000000001.log")); i++) {
            assertThat(i).isLessThan(100);
            Files.delete(newest("segment-", 0));
        }
        assertDamaged("segment-0000000001.log", "missing");
    }

    @Test
    void aSnapshotThatCannotBeReadIsToldWithWhatTakesItsPlace() throws Exception {
        Path first = newest("snapshot-0", 0);
        Path second = newest("snapshot-0", 1);
        flip(first, 100);
        assertThat(doctor()).isZero();
        assertThat(log())
                .anyMatch(line -> line.startsWith("WARN")
                        && line.contains(first.getFileName().toString())
                        && line.contains("checksum")
                        && line.contains("state from " + second.getFileName()));
        flip(second, 100);
        assertThat(doctor()).isZero();
        assertThat(log())
                .anyMatch(
                        line -> line.contains(second.getFileName().toString()) && line.contains("from the log alone"));
        assertStarts();
    }

    @Test
    void anIdentityThatIsNoneIsTold() throws Exception {
        Path id = data.resolve("engine-id");
        String line = Files.readString(id);
        Files.writeString(id, line.replace("pledgemq-engine 1", "pledgemq-engine 2"));
        assertDamaged("engine-id", "of a newer version");
        Files.writeString(id, line.substring(0, 40));
        assertDamaged("engine-id", "is damaged");
        assertThat(out.toString()).contains("next: copy engine-id from a backup");
    }

    @Test
    void filesOfANewerVersionAreToldAsSuch() throws Exception {
        Path segment = newest("segment-", 0);
        ByteBuffer header = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file.read(header, 0);
            header.putInt(8, 9);
            CRC32C crc = new CRC32C();
            crc.update(header.array(), 0, 60);
            header.putInt(60, (int) crc.getValue());
            file.write(header.clear(), 0);
        }
        assertDamaged("has format version 9", "reads up to 1");
        assertThat(out.toString()).contains("next: use the version of PledgeMQ that wrote it");
    }

    @Test
    void aBatchThatWasBeingWrittenIsNoDamage() throws Exception {
        Path segment = newest("segment-", 0);
        int end = usedBytes(segment);
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), (end + 7L) / 8 * 8);
        }
        assertThat(doctor()).isZero();
        assertThat(log()).anyMatch(line -> line.startsWith("WARN") && line.contains("3 bytes at the end of the log"));
        assertStarts();
    }

    @Test
    void secretsThatOthersMayReadAreToldAsAStartRefusesThem() throws Exception {
        Path directory = data.resolveSibling("server");
        Files.createDirectories(directory);
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            assertThat(server.lifecycle().ready()).isTrue();
        }
        Path served = directory.resolve("data");
        for (String name : List.of("admin.credential", "capability.key")) {
            Path file = served.resolve(name);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            assertThat(run("doctor", "--data", served.toString(), "--port", "0"))
                    .isEqualTo(10);
            assertThat(out.toString())
                    .containsPattern("FAIL +secrets +Cannot use .*" + name)
                    .contains("next: run: chmod 600 " + file);
            assertThatThrownBy(
                            () -> PledgeServer.start(Running.config(directory)).close())
                    .as("what a start says")
                    .hasMessageContaining("chmod 600 " + file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void theLogOfARunningEngineIsLeftAlone() throws Exception {
        try (Engine engine = Engine.open(data, SMALL)) {
            assertThat(engine.diskFull()).isFalse();
            assertThat(doctor()).isZero();
            assertThat(log()).anyMatch(line -> line.contains("not looked at while a process writes it"));
        }
    }

    @Test
    void jsonSaysTheSame() throws Exception {
        Files.delete(data.resolve("segment-0000000002.log"));
        assertThat(run("doctor", "--data", data.toString(), "--port", "0", "-o", "json"))
                .isEqualTo(10);
        JsonNode findings = new ObjectMapper().readTree(out.toString()).get("findings");
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.get("check").asText()).isEqualTo("log");
            assertThat(finding.get("grade").asText()).isEqualTo("fail");
            assertThat(finding.get("found").asText()).contains("segment-0000000002.log", "missing");
            assertThat(finding.get("next").asText()).contains("keep a copy", "restore a backup");
        });
    }

    private void assertDamaged(String... found) {
        assertTold(found);
        assertThatThrownBy(() -> Engine.open(data, SMALL).close()).as("a start").isNotNull();
    }

    private void assertDamagedButStarts(String... found) throws IOException {
        assertTold(found);
        assertStarts();
    }

    private void assertTold(String... found) {
        assertThat(doctor()).as("exit code").isEqualTo(10);
        assertThat(log()).anySatisfy(line -> assertThat(line).startsWith("FAIL").contains(found));
        assertThat(out.toString()).contains("next: ");
    }

    private void assertStarts() throws IOException {
        try (Engine engine = Engine.open(data, SMALL)) {
            assertThat(engine.diskFull()).isFalse();
        }
    }

    private List<String> log() {
        return out.toString()
                .lines()
                .filter(line -> line.matches("[A-Z]+ +log  .*"))
                .toList();
    }

    private int doctor() {
        return run("doctor", "--data", data.toString(), "--port", "0");
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        return commandLine.execute(arguments);
    }

    private Path newest(String prefix, int back) throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            List<Path> sorted = files.filter(
                            file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
            return sorted.get(sorted.size() - 1 - back);
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(one.put(0, (byte) ~one.get(0)).clear(), at);
        }
    }

    private static int usedBytes(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        return used;
    }
}
