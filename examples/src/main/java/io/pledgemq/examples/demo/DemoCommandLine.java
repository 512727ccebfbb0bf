package io.pledgemq.examples.demo;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes the command line around a {@link DemoCommand}: how errors are told and which exit code they have. */
final class DemoCommandLine {

    private DemoCommandLine() {}

    static CommandLine around(DemoCommand command) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((error, args) -> tellWrongUse(error))
                .setExecutionExceptionHandler((error, commandLine, parsed) -> tellFailure(error, commandLine.getErr()));
    }

    private static int tellWrongUse(ParameterException error) {
        PrintWriter err = error.getCommandLine().getErr();
        err.println(error.getMessage());
        if (error instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                err.println("Did you mean "
                        + String.join(" or ", suggestions.subList(0, Math.min(2, suggestions.size()))) + "?");
            }
        }
        err.println("All options: ./pledgemq demo --help");
        err.flush();
        return CommandLine.ExitCode.USAGE;
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
