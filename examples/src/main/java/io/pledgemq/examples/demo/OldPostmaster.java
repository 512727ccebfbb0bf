package io.pledgemq.examples.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Stops the PostgreSQL server that a killed run left behind, and no other process: only the one whose pid is in the
 * data directory's {@code postmaster.pid} and whose command line names that directory.
 */
final class OldPostmaster {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private OldPostmaster() {}

    /**
     * Returns when no server works on the directory any more.
     *
     * @throws IOException if one does and cannot be stopped
     */
    static void stop(Path dataDirectory) throws IOException {
        Optional<ProcessHandle> postmaster = find(dataDirectory);
        if (postmaster.isEmpty()) {
            return;
        }
        ProcessHandle process = postmaster.get();
        // INT is PostgreSQL's fast shutdown, QUIT its immediate one, after which it recovers as from a crash.
        for (String signal : List.of("-INT", "-QUIT")) {
            new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
            if (ended(dataDirectory)) {
                return;
            }
        }
        throw new IOException("the PostgreSQL server " + process.pid() + " of an earlier run works on " + dataDirectory
                + " and does not stop; stop it by hand: kill -QUIT " + process.pid());
    }

    static Optional<ProcessHandle> find(Path dataDirectory) throws IOException {
        Path pidFile = dataDirectory.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.get(0).strip().matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains("postgres") && line.contains(dataDirectory.toString()))
                        .isPresent());
    }

    private static boolean ended(Path dataDirectory) throws IOException {
        // Not ProcessHandle.onExit: a server whose parent was killed may stay a zombie for as long as nobody reaps it.
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (find(dataDirectory).isPresent()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for an earlier PostgreSQL server to stop", e);
            }
        }
        return true;
    }
}
