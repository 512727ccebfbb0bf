package io.pledgemq.cli;

import io.pledgemq.server.spelling.NearestName;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reports a command line that cannot be parsed: what is wrong, what the user may have meant, and where the help is.
 * picocli's own suggestions compare pairs of letters and offer {@code topic delete} for {@code topic craete}.
 */
final class WrongUse {
    private static final Pattern CHOICES = Pattern.compile("expected one of \\[[A-Z0-9_, ]+]");

    private WrongUse() {}

    /**
     * Prints to the command's error stream.
     *
     * @param help a line that says where all options are listed
     * @return the exit code of wrong use, 2
     */
    static int report(ParameterException error, String help) {
        PrintWriter err = error.getCommandLine().getErr();
        if (error instanceof UnmatchedArgumentException unmatched) {
            reportUnknown(unmatched, err);
        } else {
            err.println(inLowerCase(String.valueOf(error.getMessage())));
        }
        err.println(help);
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** The help prints choices in lower case, so errors do too. */
    private static String inLowerCase(String message) {
        return CHOICES.matcher(message).replaceFirst(choices -> choices.group().toLowerCase(Locale.ROOT));
    }

    /** The argument after an unknown option may be its value, so it is not reported as unknown too. */
    private static void reportUnknown(UnmatchedArgumentException error, PrintWriter err) {
        String options = error.getUnmatched().stream()
                .filter(given -> given.startsWith("-") && !given.matches("-[0-9.].*"))
                .map(given -> "'" + withoutValue(given) + "'")
                .collect(Collectors.joining(", "));
        err.println(options.isEmpty() ? error.getMessage() : "There is no option " + options + ".");
        meant(error).ifPresent(name -> err.println("Did you mean " + name + "?"));
    }

    /** The first argument that resembles a name: the value after an unknown option is unmatched as well. */
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
