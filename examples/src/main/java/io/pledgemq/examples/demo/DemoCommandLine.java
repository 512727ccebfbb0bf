package io.pledgemq.examples.demo;

import io.pledgemq.cli.WrongUse;
import java.io.PrintWriter;
import picocli.CommandLine;

/** Makes the command line around a {@link DemoCommand}: how errors are told and which exit code they have. */
final class DemoCommandLine {

    private DemoCommandLine() {}

    static CommandLine around(DemoCommand command) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(
                        (error, args) -> WrongUse.tell(error, "All options: ./pledgemq demo --help"))
                .setExecutionExceptionHandler((error, commandLine, parsed) -> tellFailure(error, commandLine.getErr()));
    }

    private static int tellFailure(Exception error, PrintWriter err) {
        if (error instanceof DemoException) {
            err.println(error.getMessage());
        } else {
            err.println("The demo failed in a way that nobody expected. Please report this:");
            error.printStackTrace(err);
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
