package io.pledgemq.server.cli;

import io.pledgemq.cli.WrongUse;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Tells failures on the stream for talk and turns them into exit codes. */
final class Failures {

    private Failures() {}

    static int tellWrongUse(ParameterException error, String[] args) {
        String command = error.getCommandLine().getCommandSpec().qualifiedName();
        return WrongUse.tell(error, "Usage: ./" + command + " --help");
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
