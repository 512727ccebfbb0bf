package io.pledgemq.faults.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Runs {@code faults/node/suite.mjs}, which prints one line for each scenario. */
final class NodeSuite {
    private static final long MINUTES = 8;
    private static final int NAMES = 8;

    private NodeSuite() {}

    /** One scenario. */
    record Scenario(String name, boolean passed) {}

    /**
     * What came of it.
     *
     * @param announced how many scenarios there are
     */
    record Result(int announced, List<Scenario> scenarios, String output) {
        void allPassed() {
            System.out.println(output);
            assertThat(scenarios).as(output).hasSize(announced);
            assertThat(scenarios).as(output).isNotEmpty().allMatch(Scenario::passed);
        }
    }

    /** Skips the test, and says so, where npm cannot install the client; a failure in CI. */
    static void require() throws IOException, InterruptedException {
        String missing = install();
        if (!missing.isEmpty() && !"true".equals(System.getenv("CI"))) {
            System.err.println("SKIPPED: the Node client is not installed. " + missing);
        }
        Assumptions.assumeTrue(missing.isEmpty() || "true".equals(System.getenv("CI")), missing);
        assertThat(missing).isEmpty();
    }

    /** Where the suite and its package-lock.json are: beside this module's sources. */
    static Path directory() {
        return Stream.of(Path.of("node"), Path.of("faults/node"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "there is no faults/node here: " + Path.of("").toAbsolutePath()));
    }

    /** Installs what package-lock.json says; returns why it cannot, or nothing. */
    private static synchronized String install() throws IOException, InterruptedException {
        if (Files.isDirectory(directory().resolve("node_modules/rocketmq-client-nodejs"))) {
            return "";
        }
        Path log = Files.createTempFile("npm", ".log");
        try {
            int exit = run(log, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            return exit == 0 ? "" : "npm ci ended with " + exit + ":\n" + Files.readString(log);
        } catch (IOException e) {
            return "npm could not be started: " + e.getMessage();
        } finally {
            Files.deleteIfExists(log);
        }
    }

    static Result run(Broker broker, Map<String, Object> more) throws IOException, InterruptedException {
        Map<String, Object> given = new LinkedHashMap<>(more);
        given.put("endpoints", broker.endpoint());
        given.put("topics", topics(broker));
        given.put(
                "groups",
                Map.of(
                        "fresh",
                        Stream.generate(() -> "node-" + broker.group(GroupKind.FRESH))
                                .limit(2 * NAMES)
                                .toList(),
                        "impatient",
                        List.of(broker.group(GroupKind.IMPATIENT))));
        Path log = Files.createTempFile("node", ".tap");
        try {
            int exit = run(log, "node", "suite.mjs", new ObjectMapper().writeValueAsString(given));
            return result(Files.readString(log) + "\nnode ended with " + exit);
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static Map<String, List<String>> topics(Broker broker) {
        Map<String, List<String>> topics = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            topics.put(
                    kind.name().toLowerCase(Locale.ROOT),
                    Stream.generate(() -> broker.topic(kind)).limit(NAMES).toList());
        }
        return topics;
    }

    private static int run(Path log, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            return process.waitFor(MINUTES, TimeUnit.MINUTES) ? process.exitValue() : -1;
        } finally {
            process.destroyForcibly();
        }
    }

    private static Result result(String tap) {
        int announced = tap.lines()
                .filter(line -> line.startsWith("1.."))
                .mapToInt(line -> Integer.parseInt(line.substring(3).strip()))
                .findFirst()
                .orElse(-1);
        List<Scenario> scenarios = tap.lines()
                .filter(line -> line.matches("(not )?ok \\d+ - .*"))
                .map(line -> new Scenario(line.substring(line.indexOf(" - ") + 3), line.startsWith("ok ")))
                .toList();
        return new Result(announced, scenarios, tap);
    }
}
