package io.pledgemq.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pledgemq.engine.index.IndexReport;
import io.pledgemq.engine.index.IndexVerifier;
import io.pledgemq.engine.io.DataDirectoryInUseException;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.log.DamagedRange;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.LogReport;
import io.pledgemq.engine.log.LogVerifier;
import io.pledgemq.engine.log.UnsupportedFormatException;
import io.pledgemq.server.config.ConfigSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Reads the whole log of an engine that is not running and says what is damaged. Changes nothing in it. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Read the whole log and report every damaged range. Repairs nothing.",
        footer = {"", "Exit codes: 0 intact, 1 damaged or failed, 2 wrong use, 3 no log there."})
final class LogVerifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ConfigSources process = ConfigSources.ofProcess();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "data directory of the engine; default: PLEDGEMQ_DATA, else it must be given")
    private @Nullable Path chosen;

    @Option(names = "-o", paramLabel = "table|json", description = "output format; default: table")
    private OutputFormat output = OutputFormat.TABLE;

    @Override
    public Integer call() throws CommandFailure {
        Path data = data();
        if (!OfflineEngine.holdsLog(data)) {
            throw new CommandFailure(
                    Main.NOT_FOUND,
                    "Cannot verify a log.",
                    data.toAbsolutePath() + (Files.isDirectory(data) ? " holds no log." : " is not a directory."),
                    "give the data directory of an engine with --data.");
        }
        Verified verified = verify(data);
        PrintWriter out = spec.commandLine().getOut();
        if (output == OutputFormat.JSON) {
            out.println(json(verified));
        } else {
            print(verified, out);
        }
        out.flush();
        return verified.log().intact() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Where files and environment are read from, in place of this process's. */
    void process(ConfigSources sources) {
        process = sources;
    }

    private Path data() throws CommandFailure {
        if (chosen != null) {
            return chosen;
        }
        CommandTarget target = new CommandTarget(process, new CommandTarget.Named(null, null));
        if (!target.namesData()) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--data=DIR'");
        }
        return target.data();
    }

    /** Reports of the log and of the index files beside it, which can be rebuilt. */
    private record Verified(LogReport log, IndexReport indexes) {}

    private static Verified verify(Path data) throws CommandFailure {
        // With the lock: what a running engine is writing would look like damage.
        try (FileStorage storage = FileStorage.open(data)) {
            IndexVerifier indexes = new IndexVerifier(storage);
            LogReport log = LogVerifier.verify(storage, indexes::visit);
            return new Verified(log, indexes.report());
        } catch (DataDirectoryInUseException e) {
            throw failed(data, e, "stop that process first.");
        } catch (UnsupportedFormatException e) {
            throw failed(data, e, "verify it with the version of PledgeMQ that wrote it.");
        } catch (LogException e) {
            throw failed(data, e, "keep a copy of the directory, then restore a backup.");
        } catch (IOException e) {
            throw failed(data, e, "check the path, its permissions and the disk.");
        }
    }

    private static CommandFailure failed(Path data, Exception e, String next) {
        return new CommandFailure(
                ExitCode.SOFTWARE,
                "Cannot verify the log in " + data.toAbsolutePath() + ".",
                CommandFailure.why(e),
                next);
    }

    private static void print(Verified verified, PrintWriter out) {
        LogReport report = verified.log();
        row(out, "segments", report.segments());
        row(out, "frames", report.frames());
        row(out, "batches", report.batches());
        row(out, "bytes", report.bytes());
        row(out, "first position", report.firstPosition());
        row(out, "last position", report.lastPosition());
        row(out, "torn tail bytes", report.tornTailBytes());
        if (report.tornTailBytes() > 0) {
            out.println("  a batch that was being written when the process ended and that was never acknowledged;"
                    + " the next start cuts it");
        }
        for (DamagedRange range : report.damaged()) {
            out.printf(
                    Locale.ROOT,
                    "DAMAGED %s, bytes %d to %d: %s%n",
                    range.file(),
                    range.from(),
                    range.to(),
                    range.reason());
        }
        row(out, "index files", verified.indexes().files());
        for (IndexReport.Fault fault : verified.indexes().faults()) {
            out.printf(
                    Locale.ROOT,
                    "INDEX %s is of no use: %s. The log is whole without it: delete the file, the engine makes a new one.%n",
                    fault.file(),
                    fault.reason());
        }
        if (report.intact()) {
            out.println("INTACT");
        } else {
            out.println("An engine does not start on this log. Keep a copy of the directory, then put an undamaged copy"
                    + " of the named files in their place.");
        }
    }

    private static void row(PrintWriter out, String name, long value) {
        out.printf(Locale.ROOT, "%-16s %,15d%n", name, value);
    }

    private static String json(Verified verified) {
        LogReport report = verified.log();
        ObjectNode node = Json.object();
        node.put("segments", report.segments());
        node.put("frames", report.frames());
        node.put("batches", report.batches());
        node.put("bytes", report.bytes());
        node.put("firstPosition", report.firstPosition());
        node.put("lastPosition", report.lastPosition());
        node.put("tornTailBytes", report.tornTailBytes());
        node.put("intact", report.intact());
        ArrayNode damaged = node.putArray("damaged");
        for (DamagedRange range : report.damaged()) {
            damaged.addObject()
                    .put("file", range.file())
                    .put("from", range.from())
                    .put("to", range.to())
                    .put("reason", range.reason());
        }
        node.put("indexFiles", verified.indexes().files());
        ArrayNode faults = node.putArray("indexFaults");
        for (IndexReport.Fault fault : verified.indexes().faults()) {
            faults.addObject().put("file", fault.file()).put("reason", fault.reason());
        }
        return node.toString();
    }
}
