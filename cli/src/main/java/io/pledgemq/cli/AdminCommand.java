package io.pledgemq.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pledgemq.server.config.ConfigSources;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** A group of commands that work on a running server through its administration. */
@Command(
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Without --endpoint the server is the one that uses the data directory. The credential is admin.credential",
            "there when the server is on this machine, else --user and --secret-file. What changes something says where",
            "on standard error. Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 4 refused, 10 unhealthy."
        })
abstract class AdminCommand implements Callable<Integer> {

    /** Set by the launcher: somebody sits there. */
    private static final String TERMINAL = "pledgemq.terminal";

    /** Most ids that one call takes. */
    private static final int IDS_PER_CALL = 500;

    @Spec
    CommandSpec spec = CommandSpec.create();

    private ConfigSources process = ConfigSources.ofProcess();

    @Option(
            names = "--endpoint",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "of the server; default: PLEDGEMQ_ENDPOINT, else that of the data directory")
    private @Nullable String endpoint;

    @Option(
            names = "--user",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "of the server; default: PLEDGEMQ_USER")
    private @Nullable String user;

    @Option(
            names = "--secret-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "that holds the user's secret; default: PLEDGEMQ_SECRET_FILE")
    private @Nullable Path secretFile;

    @Option(
            names = "--ca",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "certificates (PEM) to trust for https, in place of Java's")
    private @Nullable Path certificates;

    @Option(
            names = "--cert",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "your certificate (PEM), for a server that asks for one; with --cert-key")
    private @Nullable Path certificate;

    @Option(names = "--cert-key", scope = ScopeType.INHERIT, paramLabel = "FILE", description = "its private key (PEM)")
    private @Nullable Path key;

    @Option(
            names = "--data",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "data directory of the server; default: PLEDGEMQ_DATA, else the configuration's")
    private @Nullable String data;

    @Option(
            names = "--config",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "the server's configuration file; default: ./pledgemq.yaml, else /etc/pledgemq/pledgemq.yaml")
    private @Nullable Path config;

    @Option(
            names = "-o",
            scope = ScopeType.INHERIT,
            paramLabel = "table|json",
            description = "output format; json: one line each; default: table")
    private OutputFormat output = OutputFormat.TABLE;

    @Override
    public Integer call() throws CommandFailure {
        throw new ParameterException(spec.commandLine(), "Which " + spec.name() + " command?");
    }

    /** Where files and environment are read from, in place of this process's. */
    void process(ConfigSources sources) {
        process = sources;
    }

    AdminClient client() throws CommandFailure {
        return AdminClient.of(new AdminClient.Choice(
                target(), user, secretFile, new ClientTls(certificates, certificate, key), this::say));
    }

    /** Where this command acts. */
    CommandTarget target() {
        ConfigSources sources = config == null ? process : process.withFile(config);
        String option = config == null ? null : "--config";
        if (data != null) {
            sources = sources.withFlag("--data", "data", data);
            option = "--data";
        }
        return new CommandTarget(sources, new CommandTarget.Named(endpoint, option));
    }

    /** Says where something is changed. */
    void say(String target) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(target);
        err.flush();
    }

    Output out() {
        return new Output(spec.commandLine(), output);
    }

    OutputFormat format() {
        return output;
    }

    /** Parameters of a query or properties of a body; those without a value are left out. */
    static Map<String, Object> values(@Nullable Object... namesAndValues) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            if (value != null) {
                values.put(String.valueOf(namesAndValues[i]), value);
            }
        }
        return values;
    }

    /** Settles messages in calls of a size that the server takes; returns the worst exit code. */
    int settle(String path, List<String> ids, Map<String, Object> values) throws CommandFailure {
        AdminClient client = client();
        int worst = 0;
        for (int i = 0; i < ids.size(); i += IDS_PER_CALL) {
            ObjectNode body = Json.object();
            List.copyOf(ids.subList(i, Math.min(ids.size(), i + IDS_PER_CALL)))
                    .forEach(id -> body.withArray("ids").add(id));
            AdminClient.putAll(body, values);
            worst = Math.max(worst, out().settled(client.call("POST", path, Map.of(), body)));
        }
        return worst;
    }

    /** Asks whether to go on; without a terminal only {@code --yes} will do. */
    void confirm(boolean yes, String what) throws CommandFailure {
        if (!yes && !(Boolean.getBoolean(TERMINAL) && agreed(client().target() + ": " + what))) {
            throw new ParameterException(spec.commandLine(), what + " Nothing was done; give --yes to do it.");
        }
    }

    private boolean agreed(String what) throws CommandFailure {
        PrintWriter err = spec.commandLine().getErr();
        err.print(what + " Type yes to go on: ");
        err.flush();
        try {
            return "yes"
                    .equals(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine());
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandLine.ExitCode.SOFTWARE, "Cannot ask.", CommandFailure.why(e), "give --yes to do it.");
        }
    }
}
