package io.pledgemq.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pledgemq.server.config.ConfigException;
import io.pledgemq.server.config.ConfigLoader;
import io.pledgemq.server.config.ConfigSources;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.doctor.Doctor;
import io.pledgemq.server.doctor.Finding;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reports what is wrong with this machine for a server, whether one runs or not. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Look at configuration, disk, clock, limits, ports, certificate and data directory as a server would.",
            "Reads the whole log, unless a process uses it."
        },
        footer = {"", "Exit codes: 0 nothing fails, 2 wrong use, 10 something fails."})
final class DoctorCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigCommand.FileOption file = new ConfigCommand.FileOption();

    @Option(names = "--data", paramLabel = "DIR", description = "data directory, in place of the configured one")
    private @Nullable String data;

    @Option(names = "--port", paramLabel = "N", description = "port, in place of the configured one")
    private @Nullable String port;

    @Option(names = "-o", paramLabel = "table|json", description = "output format; default: table")
    private OutputFormat output = OutputFormat.TABLE;

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(new Doctor(configuration(findings)).examine());
        PrintWriter out = spec.commandLine().getOut();
        if (output == OutputFormat.JSON) {
            out.println(json(findings));
        } else {
            findings.forEach(finding -> print(finding, out));
        }
        out.flush();
        return findings.stream().anyMatch(finding -> finding.grade() == Finding.Grade.FAIL)
                ? Main.UNHEALTHY
                : ExitCode.OK;
    }

    /** If the configuration cannot be read, the defaults are examined, so that the other findings are reported too. */
    private ServerConfig configuration(List<Finding> findings) {
        ConfigSources sources = flags(file.sources());
        try {
            ServerConfig config = ConfigLoader.load(sources).config();
            findings.add(new Finding("configuration", Finding.Grade.OK, "a server takes it", ""));
            return config;
        } catch (ConfigException e) {
            e.problems()
                    .forEach(problem -> findings.add(new Finding(
                            "configuration",
                            Finding.Grade.FAIL,
                            problem.toString(),
                            "correct it; all keys are in docs/configuration.md")));
        }
        try {
            return ConfigLoader.load(flags(ConfigSources.none())).config();
        } catch (ConfigException e) {
            return ServerConfig.defaults();
        }
    }

    private ConfigSources flags(ConfigSources sources) {
        ConfigSources all = data == null ? sources : sources.withFlag("--data", "data", data);
        return port == null ? all : all.withFlag("--port", "listen.port", port);
    }

    private static void print(Finding finding, PrintWriter out) {
        out.printf(Locale.ROOT, "%-4s  %-14s  %s%n", finding.grade(), finding.check(), finding.found());
        if (!finding.next().isEmpty()) {
            out.printf(Locale.ROOT, "%22snext: %s%n", "", finding.next());
        }
    }

    private static ObjectNode json(List<Finding> findings) {
        ObjectNode node = Json.object();
        ArrayNode list = node.putArray("findings");
        for (Finding finding : findings) {
            list.addObject()
                    .put("check", finding.check())
                    .put("grade", finding.grade().name().toLowerCase(Locale.ROOT))
                    .put("found", finding.found())
                    .put("next", finding.next());
        }
        return node;
    }
}
