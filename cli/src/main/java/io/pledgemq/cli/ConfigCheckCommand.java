package io.pledgemq.cli;

import io.pledgemq.server.config.ConfigException;
import io.pledgemq.server.config.ConfigLoader;
import io.pledgemq.server.config.ConfigSources;
import io.pledgemq.server.config.LoadedConfig;
import io.pledgemq.server.config.Problem;
import io.pledgemq.server.tls.Certificates;
import io.pledgemq.server.tls.UnusableCertificateException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Reads the configuration as a server would and says everything that is wrong with it. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Read the configuration as a server would, environment included, and list every problem.",
        footer = {"", "Exit codes: 0 a server takes it, 2 problems or wrong use."})
final class ConfigCheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigCommand.FileOption file = new ConfigCommand.FileOption();

    @Override
    public Integer call() throws CommandFailure {
        LoadedConfig loaded = load(file.sources());
        checkCertificates(loaded);
        PrintWriter out = spec.commandLine().getOut();
        out.println("The configuration is fine: "
                + loaded.file().map(path -> path.toString()).orElse("no file, defaults")
                + (changedByEnvironment(loaded) ? " and the environment." : "."));
        out.flush();
        return ExitCode.OK;
    }

    /** Reads certificates as a start does, so that an expired one is reported now and not at the next restart. */
    private static void checkCertificates(LoadedConfig loaded) throws CommandFailure {
        try {
            var unused = Certificates.examine(loaded.config(), Instant.now());
        } catch (UnusableCertificateException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static boolean changedByEnvironment(LoadedConfig loaded) {
        return loaded.values().stream().anyMatch(value -> value.origin().startsWith("environment "));
    }

    /** Reads the configuration, or fails with one line for each problem. */
    static LoadedConfig load(ConfigSources sources) throws CommandFailure {
        try {
            return ConfigLoader.load(sources);
        } catch (ConfigException e) {
            StringBuilder why = new StringBuilder();
            for (Problem problem : e.problems()) {
                why.append(why.isEmpty() ? "" : "\n        ").append(problem);
            }
            int count = e.problems().size();
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "The configuration has " + count + (count == 1 ? " problem." : " problems."),
                    why.toString(),
                    "correct " + (count == 1 ? "it" : "them") + "; every key is in docs/configuration.md"
                            + " and in ./pledgemq config reference.");
        }
    }
}
