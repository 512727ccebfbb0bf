package io.pledgemq.server.doctor;

import io.pledgemq.engine.Inspection;
import io.pledgemq.engine.io.DataDirectoryInUseException;
import io.pledgemq.engine.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks whether a start would accept the engine's files in a data directory, and what they have lost. */
record EngineFiles(Path data) {
    private static final String CHECK = "log";

    /** Files that are named one by one. */
    private static final int NAMED = 5;
    /** What the engine writes: the rest of the data directory is read only, and may be read-only. */
    private static final Pattern WRITTEN = Pattern.compile("(segment|snapshot|index)-.*|engine-id|LOCK.*|log-start");

    /** Reads the whole log, unless a process uses it. */
    List<Finding> examine() {
        try {
            List<Finding> findings = new ArrayList<>(permissions());
            if (findings.isEmpty() || Files.isWritable(data)) {
                findings.addAll(holdsEngine() ? judge(Inspection.of(data)) : List.of(Finding.ok(CHECK, "none yet")));
            }
            return findings;
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
                    .filter(file -> !Files.isReadable(file) || (isWritten(file) && !Files.isWritable(file)))
                    .sorted()
                    .toList();
        }
        List<Finding> findings = new ArrayList<>();
        closed.stream()
                .limit(NAMED)
                .map(file -> Finding.fail(
                        "file",
                        "user " + System.getProperty("user.name", "?") + " may not "
                                + (isWritten(file) ? "read and write " : "read ") + file,
                        "give it to the user that runs the server (chown), or run this as that user"))
                .forEach(findings::add);
        if (closed.size() > NAMED) {
            findings.add(Finding.fail("file", (closed.size() - NAMED) + " more files are like that", "as above"));
        }
        return findings;
    }

    private static boolean isWritten(Path file) {
        return WRITTEN.matcher(file.getFileName().toString()).matches();
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
