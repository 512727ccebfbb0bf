package io.pledgemq.server.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells failures on the stream for talk and turns them into exit codes. */
final class Failures {

    private static final int MAX_SUGGESTIONS = 2;

    private Failures() {}

    static int tellWrongUse(ParameterException error, String[] args) {
        CommandLine line = error.getCommandLine();
        PrintWriter err = line.getErr();
        err.println(error.getMessage());
        if (error instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                err.println("Did you mean "
                        + suggestions.stream().limit(MAX_SUGGESTIONS).collect(Collectors.joining(" or ")) + "?");
            }
        }
        err.println("Usage: ./" + line.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    static int tell(Exception error, CommandLine line) {
        PrintWriter err = line.getErr();
        if (error instanceof CommandFailure failure) {
            err.println(failure.getMessage());
            err.flush();
            return failure.exitCode();
        }
        err.println("The command failed in a way that nobody expected. Please report this:");
        error.printStackTrace(err);
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
