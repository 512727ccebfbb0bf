package io.pledgemq.server.doctor;

import io.pledgemq.engine.Inspection;
import io.pledgemq.engine.io.DataDirectoryInUseException;
import io.pledgemq.engine.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whether a start takes the files of the engine in a data directory, and what they have lost. */
record EngineFiles(Path data) {
    private static final String CHECK = "log";

    /** Files that may not be read and written; a start needs both. */
    private static final int NAMED = 5;

    /** Reads the whole log, unless a process uses it. */
    List<Finding> examine() {
        try {
            List<Finding> closed = permissions();
            if (!closed.isEmpty()) {
                return closed;
            }
            return holdsEngine() ? judge(Inspection.of(data)) : List.of(Finding.ok(CHECK, "none yet"));
        } catch (DataDirectoryInUseException e) {
            return List.of(Finding.ok(CHECK, "not looked at while a process writes it"));
        } catch (IOException e) {
            return List.of(Finding.fail(CHECK, e.toString(), "see what is wrong with the disk"));
        }
    }

    private List<Finding> permissions() throws IOException {
        List<Path> closed;
        try (Stream<Path> files = Files.list(data)) {
            closed = files.filter(Files::isRegularFile)
                    .filter(file -> !Files.isReadable(file) || !Files.isWritable(file))
                    .sorted()
                    .toList();
        }
        List<Finding> findings = new ArrayList<>();
        closed.stream()
                .limit(NAMED)
                .map(file -> Finding.fail(
                        "file",
                        "user " + System.getProperty("user.name", "?") + " may not read and write " + file,
                        "give it to the user that runs the server (chown), or run this as that user"))
                .forEach(findings::add);
        if (closed.size() > NAMED) {
            findings.add(Finding.fail("file", (closed.size() - NAMED) + " more files are like that", "as above"));
        }
        return findings;
    }

    /** Some file of an engine is there. A directory that had one and holds none of its segments is damaged. */
    private boolean holdsEngine() throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.startsWith("segment-")
                            || name.startsWith("snapshot-")
                            || name.equals("engine-id")
                            || name.equals(Log.startFile()));
        }
    }

    private static List<Finding> judge(Inspection.Report report) {
        List<Finding> findings = new ArrayList<>();
        report.faults()
                .forEach(fault -> findings.add(
                        fault.loses()
                                ? Finding.fail(CHECK, fault.what(), fault.next())
                                : Finding.warn(CHECK, fault.what(), fault.next())));
        if (report.faults().stream().noneMatch(Inspection.Fault::loses)) {
            findings.add(0, Finding.ok(CHECK, report.summary()));
        }
        return findings;
    }
}
