package io.pledgemq.examples.demo;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes the command line around a {@link DemoCommand}: what errors print and which exit code they have. */
final class DemoCommandLine {

    private DemoCommandLine() {}

    static CommandLine around(DemoCommand command) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((error, args) ->
                        reportWrongUse(error, error.getCommandLine().getErr()))
                .setExecutionExceptionHandler(
                        (error, commandLine, parsed) -> reportFailure(error, commandLine.getErr()));
    }

    private static int reportWrongUse(ParameterException error, PrintWriter err) {
        err.println(error.getMessage());
        UnmatchedArgumentException.printSuggestions(error, err);
        err.println("All options: ./pledgemq demo --help");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static int reportFailure(Exception error, PrintWriter err) {
        if (error instanceof DemoException) {
            err.println(error.getMessage());
        } else {
            err.println("The demo failed unexpectedly. Please report this:");
            error.printStackTrace(err);
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
