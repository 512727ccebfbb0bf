package io.pledgemq.bench;

import io.pledgemq.bench.client.ClientBench;
import io.pledgemq.bench.client.ClientFailedException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code pledgemq bench}: load on the engine, one line of figures at the end. */
@Command(
        name = "bench",
        description = "Measures the engine, or a server. Every figure is of this machine and this run.",
        subcommands = {EngineBench.class, BacklogBench.class, ClientBench.class},
        mixinStandardHelpOptions = true)
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((error, arguments) -> reportWrongUse(error, error.getCommandLine()))
                .setExecutionExceptionHandler((error, command, parsed) -> reportFailure(error, command.getErr()));
    }

    private static int reportWrongUse(ParameterException error, CommandLine command) {
        PrintWriter err = command.getErr();
        err.println(error.getMessage());
        UnmatchedArgumentException.printSuggestions(error, err);
        err.println("All options: ./pledgemq " + command.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static int reportFailure(Exception error, PrintWriter err) throws Exception {
        if (error instanceof FileAlreadyExistsException exists) {
            err.println("Cannot measure in " + exists.getFile() + ".");
            err.println("  why:  it exists already, and a run removes its directory afterwards.");
            err.println(
                    "  next: remove it if it is left over from a run that was stopped, or choose another one with --data.");
        } else if (error instanceof ClientFailedException) {
            err.println("The official client cannot work.");
            err.println("  why:  " + error.getMessage());
            err.println(
                    "  next: see that a server listens at --endpoint (./pledgemq server), that it speaks TLS or --no-tls"
                            + " is given, and that it has the topics (./pledgemq topic create NAME --type TRANSACTION|NORMAL).");
        } else {
            throw error;
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
