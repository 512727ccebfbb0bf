package io.pledgemq.bench;

import io.pledgemq.engine.EngineConfig;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What a backlog costs: a child process with a small heap fills the engine, measures whole transactions at growing
 * backlogs and halts without closing; a second one opens what it left.
 */
@Command(
        name = "backlog",
        description = "Cost of a transaction, heap and restart time with a backlog of many messages.",
        mixinStandardHelpOptions = true)
final class BacklogBench implements Callable<Integer> {
    private static final long MAX_MESSAGES = 100_000_000;
    private static final int MAX_BODY_BYTES = EngineConfig.defaults().limits().bodyBytes();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--messages",
            defaultValue = "1000000",
            description = "backlog to reach (default: ${DEFAULT-VALUE})")
    private long messages;

    @Option(
            names = "--undecided",
            description = "the backlog is undecided half messages, not committed ones; tells how fast they are decided"
                    + " afterwards, too")
    private boolean undecided;

    @Option(names = "--body", defaultValue = "100", description = "bytes of a body (default: ${DEFAULT-VALUE})")
    private int bodyBytes;

    @Option(
            names = "--heap",
            defaultValue = "512",
            description = "MiB of heap of the measured process (default: ${DEFAULT-VALUE})")
    private int heapMiB;

    @Option(
            names = "--data",
            description = "data directory, must not exist; removed afterwards (default: a new one here)")
    private Path data = Path.of("pledgemq-bench-data");

    @Option(names = "--json", description = "one line of JSON")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (messages < BacklogProcess.SMALL
                || messages > MAX_MESSAGES
                || bodyBytes < 0
                || bodyBytes > MAX_BODY_BYTES
                || heapMiB < 64) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--messages must be " + BacklogProcess.SMALL + " to " + MAX_MESSAGES + ", --body 0 to "
                            + MAX_BODY_BYTES + ", --heap at least 64");
        }
        try (BenchDirectory directory = BenchDirectory.create(data)) {
            String[] filled = child("fill", directory.path(), BacklogProcess.EXIT_HALTED);
            String[] opened = child("open", directory.path(), 0);
            PrintWriter out = spec.commandLine().getOut();
            out.println(result(json, undecided, messages, filled, opened));
            out.flush();
        }
        return 0;
    }

    /**
     * Returns the figures as a line; only half messages are decided after the restart.
     *
     * @param filled what the process that fills printed, word by word
     * @param opened what the process that opens printed, word by word
     */
    static String result(boolean json, boolean undecided, long messages, String[] filled, String[] opened) {
        String format = json
                ? "{\"messages\":%d,\"microsPerMessage\":%s,\"microsPerMessageAt1000\":%s,\"ratio\":%.2f,\"heapUsedMiB\":%s,"
                        + "\"restartSeconds\":%s%s}"
                : "%d messages: %s us per transaction (%s us with 1,000, ratio %.2f), %s MiB of heap used, restart %s s%s";
        String decided = "";
        if (undecided) {
            decided = json ? ",\"decidedPerSecond\":" + opened[1] : ", then " + opened[1] + " decided/s";
        }
        double ratio = Double.parseDouble(filled[1]) / Double.parseDouble(filled[0]);
        return String.format(Locale.ROOT, format, messages, filled[1], filled[0], ratio, filled[2], opened[0], decided);
    }

    private String[] child(String step, Path directory, int expectedExit) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMiB + "m",
                "-cp",
                System.getProperty("java.class.path"),
                BacklogProcess.class.getName(),
                step,
                directory.toString(),
                String.valueOf(messages),
                String.valueOf(bodyBytes),
                String.valueOf(undecided)));
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        int exit = process.waitFor();
        if (exit != expectedExit) {
            throw new IOException("the measured process ended with " + exit + " in step " + step + ": " + output);
        }
        return output.substring(output.lastIndexOf('\n') + 1).split(" ");
    }
}
