package io.pledgemq.faults.broker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Apache RocketMQ, as the module {@code peer} starts it, with times as short as those that ours gets. */
public final class RocketMqBroker implements Broker {
    private static final Duration START = Duration.ofMinutes(3);
    private static final Pattern READY = Pattern.compile("^ready on port (\\d+)$", Pattern.MULTILINE);
    private static final int QUEUES = 8;
    private static final int PAUSE_MS = 250;
    private static final int FRESH_GROUPS = 120;

    private final Names names = new Names();
    private final Path project;
    private final Path directory;
    private final Thread hook = new Thread(this::kill);
    private Process process;
    private int port;

    private RocketMqBroker(Path project, Path directory) throws IOException {
        this.project = project;
        this.directory = directory;
        Files.createDirectories(directory);
        Files.write(directory.resolve("stock"), stock());
        Runtime.getRuntime().addShutdownHook(hook);
        this.process = launch();
    }

    /**
     * Starts it, and returns when it answers.
     *
     * @param project the directory of this project, in which the module {@code peer} has been built
     */
    public static RocketMqBroker start(Path project, Path directory) {
        try {
            RocketMqBroker broker = new RocketMqBroker(project, directory);
            broker.awaitReady("");
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> stock() {
        List<String> lines = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (int i = 0; i < Names.TOPICS_OF_A_KIND; i++) {
                lines.add("topic " + Names.topic(kind, i) + " " + kind + " " + QUEUES);
            }
        }
        for (GroupKind kind : List.of(GroupKind.IMPATIENT, GroupKind.IMPATIENT_FIFO)) {
            for (int i = 0; i < Names.GROUPS_OF_A_KIND; i++) {
                lines.add("group " + Names.group(kind, i) + " " + kind.maxAttempts() + " " + PAUSE_MS + " "
                        + (kind.fifo() ? "fifo" : "any"));
            }
        }
        // It refuses consumers of a group that nobody created, so the fresh ones are there too, with its own pauses.
        for (int i = 0; i < FRESH_GROUPS; i++) {
            lines.add("group " + Names.group(GroupKind.FRESH, i) + " " + GroupKind.FRESH.maxAttempts() + " - any");
        }
        return lines;
    }

    private Process launch() throws IOException {
        Path peer = project.resolve("peer");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + peer.resolve("jvm.args"),
                "-Xmx1g",
                "-cp",
                peer.resolve("target/classes") + File.pathSeparator + peer.resolve("rocketmq/target/lib/*"),
                "io.pledgemq.peer.RocketMqMain",
                directory.resolve("data").toString(),
                "--flush",
                "sync",
                "--wide-pools",
                "--small-files"));
        // Milliseconds: the first check, the pause between checks; then how many.
        for (String pair :
                List.of("transactionTimeOut=2000", "transactionCheckInterval=1000", "transactionCheckMax=1000")) {
            line.addAll(List.of("--broker", pair));
        }
        for (String pair : List.of(
                "grpcClientConsumerMinLongPollingTimeoutMillis=0",
                "minInvisibleTimeMillsForRecv=1000",
                "defaultInvisibleTimeMills=4000")) {
            line.addAll(List.of("--proxy", pair));
        }
        return new ProcessBuilder(line)
                .redirectInput(directory.resolve("stock").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                .start();
    }

    private Path logFile() {
        return directory.resolve("server.log");
    }

    private void awaitReady(String before) {
        long deadline = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher ready = READY.matcher(log().substring(before.length()));
            if (ready.find()) {
                port = Integer.parseInt(ready.group(1));
                return;
            }
            if (!process.isAlive()) {
                throw new IllegalStateException("RocketMQ ended with " + process.exitValue() + ":\n" + log());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for RocketMQ", e);
            }
        }
        kill();
        throw new IllegalStateException("RocketMQ was not ready after " + START + ":\n" + log());
    }

    @Override
    public String endpoint() {
        return "127.0.0.1:" + port;
    }

    @Override
    public String topic(Kind kind) {
        return names.topic(kind);
    }

    @Override
    public String group(GroupKind kind) {
        return names.group(kind);
    }

    @Override
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void restart() {
        try {
            kill();
            String before = log();
            process = launch();
            awaitReady(before);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String log() {
        try {
            return Files.exists(logFile()) ? Files.readString(logFile()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
