package io.pledgemq.cli;

import io.pledgemq.server.config.ConfigReference;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what can be configured in this version. */
@Command(
        name = "reference",
        mixinStandardHelpOptions = true,
        description = "Print every key of this version with default, range and meaning, in Markdown.")
final class ConfigReferenceCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--example", description = "print a configuration file with every key instead")
    private boolean example;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(example ? ConfigReference.example() : ConfigReference.markdown());
        out.flush();
    }
}
