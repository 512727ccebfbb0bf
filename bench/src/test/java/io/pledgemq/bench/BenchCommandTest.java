package io.pledgemq.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class BenchCommandTest {
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    engine --submitters 0             | --submitters and --in-flight 1 to 100000
                    engine --in-flight -5             | --submitters and --in-flight 1 to 100000
                    engine --seconds 0                | --seconds must be at least 1
                    engine --body 4194305             | --body must be 0 to 4194304, the engine's limit bodyBytes
                    engine --body 100000              | the engine's limit bytesInFlight=67108864: take --in-flight or --submitters 671 at most
                    backlog --body 4194305            | --body 0 to 4194304
                    engine --submiters 3              | Possible solutions: --submitters
                    client --endpoint 127.0.0.1:      | --endpoint must be host:port, such as 127.0.0.1:8081; found 127.0.0.1:
                    client --user ann                 | environment variable PLEDGEMQ_BENCH_SECRET, which is not set
                    client --threads 0                | --threads 1 to 1024
                    enigne                            | Did you mean: bench engine
                    """)
    void wrongUseIsToldBeforeAnythingIsMade(String arguments, String expected) {
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).contains(expected).doesNotContain("\tat ");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"engine", "backlog"})
    void aDirectoryThatIsThereIsLeftAlone(String command) throws Exception {
        Path kept = Files.writeString(
                Files.createDirectory(directory.resolve("data")).resolve("kept"), "x");

        assertThat(run(command)).isEqualTo(1);
        assertThat(err.toString())
                .contains("it exists already", "choose another one with --data")
                .doesNotContain("\tat ");
        assertThat(kept).hasContent("x");
    }

    @Test
    void aServerThatIsNotThereIsToldWithWhatToDo() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        assertThat(run("client --threads 1 --warmup 0 --seconds 1 --endpoint 127.0.0.1:" + port))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("The official client cannot work.", "Connection refused", "./pledgemq server")
                .doesNotContain("\tat ");
    }

    @Test
    void aRunEndsWithItsFiguresAndLeavesNothing() {
        assertThat(run("engine --submitters 2 --seconds 1 --warmup 0 --json")).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void onlyABacklogOfHalfMessagesIsDecidedAfterwards() {
        String[] filled = {"50.0", "55.0", "120"};

        assertThat(BacklogBench.result(false, false, 2000, filled, new String[] {"0.25", "0"}))
                .isEqualTo("2000 messages: 55.0 us per transaction (50.0 us with 1,000, ratio 1.10),"
                        + " 120 MiB of heap used, restart 0.25 s");
        assertThat(BacklogBench.result(false, true, 2000, filled, new String[] {"0.25", "900"}))
                .endsWith("restart 0.25 s, then 900 decided/s");
        assertThat(BacklogBench.result(true, false, 2000, filled, new String[] {"0.25", "0"}))
                .endsWith("\"restartSeconds\":0.25}");
        assertThat(BacklogBench.result(true, true, 2000, filled, new String[] {"0.25", "900"}))
                .endsWith("\"restartSeconds\":0.25,\"decidedPerSecond\":900}");
    }

    private int run(String arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setErr(new PrintWriter(err));
        boolean keepsData = !arguments.startsWith("client");
        return commandLine.execute(
                (keepsData ? arguments + " --data " + directory.resolve("data") : arguments).split(" "));
    }
}
