package io.pledgemq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CommandLineTest {

    private final Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    CommandLineTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void versionIsThatOfTheBuild() throws IOException {
        assertThat(run("version", "-o", "json")).isZero();

        assertThat(json().get("version").asText()).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
    }

    @Test
    void intactLogIsIntact() throws IOException {
        writeLog(directory, 3);

        assertThat(run("log", "verify", "--data", directory.toString())).isZero();
        assertThat(out.toString()).contains("INTACT");
        assertThat(run("log", "verify", "--data", directory.toString(), "-o", "json"))
                .isZero();
        assertThat(json().get("intact").asBoolean()).isTrue();
        assertThat(json().get("frames").asLong()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void damageIsReportedWithItsRangeAndNothingIsChanged() throws IOException {
        writeLog(directory, 20);
        Path segment = damageOneByte();
        byte[] before = Files.readAllBytes(segment);

        assertThat(run("log", "verify", "--data", directory.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("DAMAGED " + segment.getFileName() + ", bytes ");
        assertThat(run("log", "verify", "--data", directory.toString(), "-o", "json"))
                .isEqualTo(1);
        JsonNode range = json().get("damaged").get(0);
        assertThat(range.get("from").asLong()).isLessThanOrEqualTo(DAMAGED_AT);
        assertThat(range.get("to").asLong()).isGreaterThan(DAMAGED_AT);
        assertThat(Files.readAllBytes(segment)).isEqualTo(before);
    }

    @Test
    void anIndexOfNoUseIsReportedAndHarmsNothing() throws IOException {
        writeLog(directory, 3);
        Files.write(directory.resolve("index-0000000001.idx"), new byte[5000]);

        assertThat(run("log", "verify", "--data", directory.toString())).isZero();
        assertThat(out.toString())
                .contains("INDEX index-0000000001.idx is of no use")
                .contains("delete the file")
                .contains("INTACT");
        assertThat(run("log", "verify", "--data", directory.toString(), "-o", "json"))
                .isZero();
        assertThat(json().get("intact").asBoolean()).isTrue();
        assertThat(json().get("indexFiles").asInt()).isEqualTo(1);
        assertThat(json().get("indexFaults").get(0).get("file").asText()).isEqualTo("index-0000000001.idx");
    }

    @Test
    void aLogInUseIsNotRead() throws IOException {
        Files.createFile(directory.resolve("segment-0000000001.log"));
        try (FileStorage held = FileStorage.open(directory)) {
            assertThat(held.list()).hasSize(1);
            assertThat(run("log", "verify", "--data", directory.toString())).isEqualTo(1);
            assertThat(err.toString()).contains("already open").contains("stop that process first");
        }
    }

    @Test
    void noLogIsNotFound() {
        assertThat(run("log", "verify", "--data", directory.toString())).isEqualTo(3);
        assertThat(err.toString()).contains("holds no log").contains("--data");
        assertThat(directory).isEmptyDirectory();
        assertThat(run("log", "verify", "--data", directory.resolve("none").toString()))
                .isEqualTo(3);
        assertThat(err.toString()).contains("is not a directory");
    }

    @Test
    void aDirectoryThatCannotBeLockedIsNamedWithTheReason() throws IOException {
        Files.createFile(directory.resolve("segment-0000000001.log"));
        Files.createDirectory(directory.resolve("LOCK"));

        assertThat(run("log", "verify", "--data", directory.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("/LOCK: Is a directory").contains("permissions");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                      | Which command?
                    log                     | Which log command?
                    log verfy               | Did you mean verify
                    log verify              | Missing required option: '--data=DIR'
                    log verify --dat x --data y | Did you mean --data
                    log verify --dta=x y --data z | There is no option '--dta'.
                    log verify x --data z   | Unmatched argument at index 2: 'x'
                    version -o xml          | expected one of [table, json]
                    """)
    void wrongUseIsToldAndEndsWithTwo(String arguments, String expected) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(2);
        assertThat(err.toString()).contains(expected).contains("--help");
    }

    private static final int DAMAGED_AT = 1000;

    private Path damageOneByte() throws IOException {
        Path segment;
        try (Stream<Path> files = Files.list(directory)) {
            segment = files.filter(CommandLineTest::isSegment)
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, DAMAGED_AT);
            one.put(0, (byte) ~one.get(0)).flip();
            channel.write(one, DAMAGED_AT);
        }
        return segment;
    }

    private static boolean isSegment(Path file) {
        return file.getFileName().toString().endsWith(".log");
    }

    private static void writeLog(Path directory, int batches) throws IOException {
        try (FileStorage storage = FileStorage.open(directory);
                Log log = Log.open(storage, LogConfig.defaults(), 0)) {
            for (int i = 1; i <= batches; i++) {
                log.beginBatch(i, i, i);
                log.begin((byte) 16, 200).put(new byte[200]);
                log.end();
                log.flush();
            }
        }
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }
}
