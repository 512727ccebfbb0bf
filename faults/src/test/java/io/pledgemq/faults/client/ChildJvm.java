package io.pledgemq.faults.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A client in a process of its own, which can be killed. It never outlives this one. */
public final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final Path output;
    private final Thread hook;

    private ChildJvm(Process process, Path output) {
        this.process = process;
        this.output = output;
        this.hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public static ChildJvm start(Class<?> main, String... arguments) throws IOException {
        return startOn(System.getProperty("java.class.path"), main.getName(), arguments);
    }

    /** On a class path of its own. */
    public static ChildJvm startOn(String classPath, String main, String... arguments) throws IOException {
        Path output = Files.createTempFile("pledgemq-child", ".log");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Drocketmq.log.root=" + System.getProperty("rocketmq.log.root", "target/rocketmq-logs"),
                "-Drocketmq.log.level=WARN",
                "-cp",
                classPath,
                main));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new ChildJvm(process, output);
    }

    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has printed a line that begins so. */
    public void awaitLine(String beginning) throws Exception {
        Eventually.until(
                () -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("it ended with " + process.exitValue() + ":\n" + output());
                    }
                    return output().lines().anyMatch(line -> line.startsWith(beginning));
                },
                () -> "no line '" + beginning + "' in:\n" + output());
    }

    /** As kill -9 does. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(hook);
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
