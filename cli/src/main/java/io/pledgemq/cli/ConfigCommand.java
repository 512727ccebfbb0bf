package io.pledgemq.cli;

import io.pledgemq.server.config.ConfigSources;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code config} commands. Does nothing itself. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ConfigShowCommand.class, ConfigCheckCommand.class, ConfigReferenceCommand.class},
        description = "Show and check the configuration of a server. Needs no running server.")
final class ConfigCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which config command?");
    }

    /** The option that names the file, for every command that reads a configuration. */
    static final class FileOption {

        /** As picocli leaves it without the option. */
        private static final Path NONE = Path.of("");

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description =
                        "configuration file; default: ./pledgemq.yaml, else /etc/pledgemq/pledgemq.yaml, if there")
        private Path file = NONE;

        boolean given() {
            return !file.equals(NONE);
        }

        ConfigSources sources() {
            ConfigSources sources = ConfigSources.ofProcess();
            return file.equals(NONE) ? sources : sources.withFile(file);
        }
    }
}
