package io.pledgemq.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Prints failures to standard error and turns them into exit codes. */
final class Failures {

    private Failures() {}

    static int reportWrongUse(ParameterException error, String[] args) {
        String command = error.getCommandLine().getCommandSpec().qualifiedName();
        return WrongUse.report(error, "Usage: ./" + command + " --help");
    }

    static int report(Exception error, CommandLine line) {
        PrintWriter err = line.getErr();
        if (error instanceof CommandFailure failure) {
            err.println(failure.getMessage());
            err.flush();
            return failure.exitCode();
        }
        err.println("The command failed unexpectedly. Please report this:");
        error.printStackTrace(err);
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
