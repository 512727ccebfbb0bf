package io.pledgemq.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of all commands of this module. Does nothing itself. */
@Command(
        name = "pledgemq",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServerCommand.class,
            TopicCommand.class,
            GroupCommand.class,
            TxCommand.class,
            DeadCommand.class,
            MessageCommand.class,
            DoctorCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            ClientCommand.class,
            ConfigCommand.class,
            LogCommand.class,
            CompletionCommand.class,
            VersionCommand.class,
            HelpCommand.class
        },
        description = "A server, its configuration, and the data directory of an engine.",
        footer = {"", "Exit codes: 0 done, 1 failed or damage found, 2 wrong use, 3 not found, 4 refused, 10 unhealthy."
        })
public final class Main implements Runnable {

    /** Nothing with this name or in this place. */
    static final int NOT_FOUND = 3;

    /** The server, or the engine, said no. */
    static final int REFUSED = 4;

    /** A server that does not do its work as it should. */
    static final int UNHEALTHY = 10;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Failures::tellWrongUse)
                .setExecutionExceptionHandler((error, line, parsed) -> Failures.tell(error, line));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
