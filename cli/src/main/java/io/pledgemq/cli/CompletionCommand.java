package io.pledgemq.cli;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a script that completes commands and options on the shell's command line. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Write a script that completes commands in a shell.",
            "bash and zsh: source <(./pledgemq completion bash). fish: ./pledgemq completion fish | source"
        })
final class CompletionCommand implements Runnable {

    private static final String PROGRAM = "pledgemq";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "bash|zsh|fish", description = "the shell")
    private Shell shell = Shell.BASH;

    /** Shells with completion. */
    enum Shell {
        BASH,
        ZSH,
        FISH
    }

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        CommandLine root = spec.root().commandLine();
        out.println(shell == Shell.FISH ? fish(root) : AutoComplete.bash(PROGRAM, root));
        out.flush();
    }

    private static String fish(CommandLine root) {
        StringBuilder script = new StringBuilder("complete -c " + PROGRAM + " -f\n");
        String first = String.join(" ", root.getSubcommands().keySet());
        root.getSubcommands().forEach((name, command) -> {
            script.append(line("not __fish_seen_subcommand_from " + first, "-a " + name, command));
            addOptions(script, "__fish_seen_subcommand_from " + name, command);
            String second = String.join(" ", command.getSubcommands().keySet());
            command.getSubcommands().forEach((subname, subcommand) -> {
                String seen = "__fish_seen_subcommand_from " + name + "; and ";
                script.append(line(seen + "not __fish_seen_subcommand_from " + second, "-a " + subname, subcommand));
                addOptions(script, seen + "__fish_seen_subcommand_from " + subname, subcommand);
            });
        });
        return script.toString();
    }

    private static void addOptions(StringBuilder script, String when, CommandLine command) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            String value = option.arity().max() > 0 ? " -r -F" : "";
            String name = option.longestName().replaceFirst("^-+", "");
            String kind = option.longestName().startsWith("--") ? "-l " : "-s ";
            script.append(line(when, kind + name + value, String.join(" ", option.description())));
        }
    }

    private static String line(String when, String what, CommandLine command) {
        String[] description = command.getCommandSpec().usageMessage().description();
        return line(when, what, description.length == 0 ? "" : description[0]);
    }

    private static String line(String when, String what, String description) {
        return String.format(
                Locale.ROOT,
                "complete -c %s -n '%s' %s -d '%s'%n",
                PROGRAM,
                when,
                what,
                description.replace("\\", "").replace("'", "\\'"));
    }
}
