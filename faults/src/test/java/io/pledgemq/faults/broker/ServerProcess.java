package io.pledgemq.faults.broker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The server as a process of its own, on the class path of this build. It never outlives this one. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    /** What the server prints when it is ready, its address before that. */
    private static final Pattern READY =
            Pattern.compile("^endpoint +\\S+:(\\d+)$.*^ready in ", Pattern.MULTILINE | Pattern.DOTALL);

    private final Command command;
    private final Path logFile;
    private final Thread hook = new Thread(this::kill);
    private Process process;
    private int port;

    /**
     * @param directory of data and log
     * @param environment settings that go before those of the file
     */
    record Command(List<String> jvm, Path config, Path directory, Map<String, String> environment) {}

    private ServerProcess(Command command, Path logFile) throws IOException {
        this.command = command;
        this.logFile = logFile;
        Runtime.getRuntime().addShutdownHook(hook);
        this.process = launch(0);
    }

    static ServerProcess start(Command command) throws IOException {
        ServerProcess server = new ServerProcess(command, command.directory.resolve("server.log"));
        server.awaitReady("");
        return server;
    }

    private Process launch(int wantedPort) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(command.jvm);
        line.addAll(List.of(
                "-cp",
                classPath(),
                "io.pledgemq.cli.Main",
                "server",
                "--config",
                command.config.toString(),
                "--data",
                command.directory.resolve("data").toString(),
                "--port",
                Integer.toString(wantedPort)));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
        builder.environment().putAll(command.environment);
        return builder.start();
    }

    /** Ours without the client, which brings parts of another Netty. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("rocketmq-client"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Waits for the line that says so, behind what was printed before. */
    private void awaitReady(String before) {
        long deadline = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher ready = READY.matcher(log().substring(before.length()));
            if (ready.find()) {
                port = Integer.parseInt(ready.group(1));
                return;
            }
            if (!process.isAlive()) {
                throw new IllegalStateException("the server ended with " + process.exitValue() + ":\n" + log());
            }
            pause();
        }
        kill();
        throw new IllegalStateException("the server was not ready after " + START + ":\n" + log());
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the server", e);
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    String log() {
        try {
            return Files.exists(logFile) ? Files.readString(logFile) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** As {@code kill} does; returns the exit status. */
    int terminate() {
        process.destroy();
        return process.onExit().join().exitValue();
    }

    void restart() {
        try {
            kill();
            String before = log();
            process = launch(port);
            awaitReady(before);
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
