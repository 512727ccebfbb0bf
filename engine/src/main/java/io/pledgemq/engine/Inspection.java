package io.pledgemq.engine;

import io.pledgemq.engine.index.IndexReport;
import io.pledgemq.engine.index.IndexVerifier;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.log.DamagedRange;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.LogReport;
import io.pledgemq.engine.log.LogVerifier;
import io.pledgemq.engine.log.UnsupportedFormatException;
import io.pledgemq.engine.recovery.Rehearsal;
import io.pledgemq.engine.snapshot.Snapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds all faults in the files of a stopped engine: those that a start would refuse, and those that it would only
 * notice later. Reads all files, and changes nothing.
 */
public final class Inspection {
    private static final String RESTORE =
            "keep a copy of the directory, then put undamaged copies of the named files there, or restore a backup";

    private final Storage storage;
    private final List<Fault> faults = new ArrayList<>();
    private String summary = "";

    private Inspection(Storage storage) {
        this.storage = storage;
    }

    /**
     * A fault.
     *
     * @param loses false if a start works without the file and nothing is lost
     * @param what with the name of the file
     * @param next what to do about it
     */
    public record Fault(boolean loses, String what, String next) {}

    /**
     * The result.
     *
     * @param summary how much was read
     * @param faults those that lose something first
     */
    public record Report(String summary, List<Fault> faults) {
        public Report {
            faults = List.copyOf(faults);
        }
    }

    /**
     * Inspects a directory. Reads the whole log, and needs as much memory as a start. Holds the directory's lock only
     * for a moment, so that a supervisor may start the engine meanwhile.
     *
     * @throws io.pledgemq.engine.io.DataDirectoryInUseException if a process uses it, also if that began meanwhile and
     *     may have caused what looks like faults
     * @throws IOException if it cannot be read
     */
    public static Report of(Path directory) throws IOException {
        requireUnused(directory);
        Report report;
        try (Storage storage = FileStorage.openReadOnly(directory)) {
            report = of(storage);
        }
        if (!report.faults().isEmpty()) {
            requireUnused(directory);
        }
        return report;
    }

    private static void requireUnused(Path directory) throws IOException {
        FileStorage.open(directory).close();
    }

    static Report of(Storage storage) throws IOException {
        Inspection inspection = new Inspection(storage);
        inspection.identity();
        inspection.log();
        List<Fault> ordered = new ArrayList<>();
        inspection.faults.stream().filter(Fault::loses).forEach(ordered::add);
        inspection.faults.stream().filter(fault -> !fault.loses()).forEach(ordered::add);
        return new Report(inspection.summary, ordered);
    }

    private void identity() {
        try {
            EngineIdentity.examine(storage);
        } catch (IOException e) {
            faults.add(new Fault(
                    true,
                    String.valueOf(e.getMessage()),
                    "copy " + EngineIdentity.FILE + " from a backup of this engine"));
        }
    }

    private void log() throws IOException {
        Rehearsal rehearsal = new Rehearsal(new Snapshots(storage));
        IndexVerifier indexes = new IndexVerifier(storage);
        try {
            LogReport log = LogVerifier.verify(storage, frame -> {
                indexes.visit(frame);
                rehearsal.visit(frame);
            });
            summary = log.segments() + " segments with " + log.frames() + " frames; a start takes its state "
                    + rehearsal.start();
            judge(log, rehearsal);
            judge(indexes.report());
        } catch (UnsupportedFormatException e) {
            faults.add(new Fault(true, String.valueOf(e.getMessage()), "use the version of PledgeMQ that wrote it"));
        } catch (LogException e) {
            faults.add(new Fault(true, String.valueOf(e.getMessage()), RESTORE));
        }
        for (String snapshot : rehearsal.unusable()) {
            faults.add(new Fault(
                    false,
                    snapshot + "; a start skips it and takes its state " + rehearsal.start(),
                    "see what is wrong with the disk; the engine deletes the file after two newer snapshots"));
        }
    }

    private void judge(LogReport log, Rehearsal rehearsal) {
        for (DamagedRange range : log.damaged()) {
            String bytes = range.to() > range.from() ? ", bytes " + range.from() + " to " + range.to() : "";
            faults.add(new Fault(true, range.file() + bytes + ": " + range.reason(), RESTORE));
        }
        String failure = log.intact() ? rehearsal.failure(log) : null;
        if (failure != null) {
            faults.add(new Fault(true, failure, RESTORE));
        }
        if (log.tornTailBytes() > 0) {
            faults.add(new Fault(
                    false,
                    log.tornTailBytes() + " bytes at the end of the log are of a batch that was being written when the"
                            + " process ended; it was never acknowledged",
                    "nothing: the next start cuts them"));
        }
    }

    private void judge(IndexReport indexes) {
        for (IndexReport.Fault fault : indexes.faults()) {
            faults.add(new Fault(
                    false,
                    fault.file() + " is unusable: " + fault.reason() + "; the log is whole without it",
                    "delete the file: the engine makes a new one"));
        }
    }
}
