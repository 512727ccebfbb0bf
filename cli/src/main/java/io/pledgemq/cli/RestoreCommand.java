package io.pledgemq.cli;

import io.pledgemq.engine.backup.BackupException;
import io.pledgemq.engine.backup.BackupManifest;
import io.pledgemq.engine.backup.Restore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a data directory from a backup. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Verify a backup and make a data directory from it; nothing is overwritten.",
            "Keys, users and certificate come with it. Messages that were acknowledged after the backup are not there,"
                    + " and deliveries that were settled after it happen again."
        },
        footer = {"", "Exit codes: 0 done, 1 the backup is damaged or cannot be copied, 2 wrong use."})
final class RestoreCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--from", required = true, paramLabel = "DIR", description = "directory of a backup")
    private Path from = Path.of("");

    @Option(
            names = "--data",
            required = true,
            paramLabel = "NEWDIR",
            description = "data directory to make; must be empty or not exist")
    private Path data = Path.of("");

    @Option(names = "-o", paramLabel = "table|json", description = "output format; default: table")
    private OutputFormat output = OutputFormat.TABLE;

    @Override
    public Integer call() throws CommandFailure {
        Path target = data.toAbsolutePath().normalize();
        try {
            BackupManifest manifest = Restore.run(from.toAbsolutePath().normalize(), target);
            return new Output(spec.commandLine(), output).one(BackupCommand.answer("restored", target, manifest));
        } catch (BackupException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "Nothing was restored.",
                    CommandFailure.why(e),
                    "see docs/operating.md, Backup.");
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "Nothing was restored.",
                    CommandFailure.why(e),
                    "check both paths, their permissions and the disk.");
        }
    }
}
