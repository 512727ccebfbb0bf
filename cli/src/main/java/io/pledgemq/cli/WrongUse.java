package io.pledgemq.cli;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells that a command was used in a wrong way: what is wrong, what may have been meant, and where to look. */
public final class WrongUse {

    private WrongUse() {}

    /**
     * Prints to the command's stream for errors.
     *
     * @param help where all options are listed, a whole line
     * @return the exit code of wrong use, 2
     */
    public static int tell(ParameterException error, String help) {
        PrintWriter err = error.getCommandLine().getErr();
        err.println(error.getMessage());
        if (error instanceof UnmatchedArgumentException unmatched) {
            meant(unmatched).ifPresent(name -> err.println("Did you mean " + name + "?"));
        }
        err.println(help);
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** The first argument that is nearly a name: behind an unknown option its value is unmatched as well. */
    private static Optional<String> meant(UnmatchedArgumentException error) {
        CommandSpec command = error.getCommandLine().getCommandSpec();
        return error.getUnmatched().stream()
                .map(given -> NearestName.of(withoutValue(given), names(command, given.startsWith("-"))))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String withoutValue(String given) {
        int value = given.indexOf('=');
        return value < 0 ? given : given.substring(0, value);
    }

    private static Collection<String> names(CommandSpec command, boolean ofOptions) {
        return ofOptions
                ? command.options().stream()
                        .filter(option -> !option.hidden())
                        .map(OptionSpec::names)
                        .flatMap(names -> List.of(names).stream())
                        .toList()
                : command.subcommands().keySet();
    }
}
