package io.pledgemq.cli;

import io.pledgemq.server.ExitStatus;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.StartException;
import io.pledgemq.server.config.ConfigSources;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.logging.Logging;
import io.pledgemq.server.net.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a server until a signal stops it. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        subcommands = ServerStatusCommand.class,
        description = "Run a server. SIGTERM or Ctrl-C ends it in order, a second one at once.",
        footer = {
            "",
            "Exit codes: 0 stopped in order, 1 failed, 2 wrong use or configuration, 65 log damaged or of a newer version,",
            "69 address not to be had, 70 the engine could not hold its promise, 71 the writer was stuck, 75 data directory",
            "in use, 77 no permission, 78 certificate or users' file not usable, 143 stopped by a second signal."
        })
final class ServerCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigCommand.FileOption file = new ConfigCommand.FileOption();

    @Option(names = "--data", paramLabel = "DIR", description = "data directory, in place of the configured one")
    private @Nullable String data;

    @Option(names = "--port", paramLabel = "N", description = "port, in place of the configured one; 0 = any free one")
    private @Nullable String port;

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        ServerConfig config = ConfigCheckCommand.load(sources()).config();
        Logging.configure(config.logging(), Boolean.getBoolean("pledgemq.terminal"));
        Signals signals = Signals.catchThem();
        PrintWriter talk = spec.commandLine().getOut();
        say(talk, "data directory  " + config.data().toAbsolutePath().normalize());
        try {
            PledgeServer server = PledgeServer.start(config);
            tellAddresses(talk, config, server);
            signals.awaitFirst();
            server.close();
            say(talk, "stopped");
            return ExitStatus.STOPPED.code();
        } catch (StartException e) {
            throw new CommandFailure(e.status().code(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.FAILED.code(),
                    "The server did not end in order.",
                    CommandFailure.why(e) + ".",
                    "nothing acknowledged is lost; check the disk before the next start.");
        }
    }

    private static void tellAddresses(PrintWriter talk, ServerConfig config, PledgeServer server) {
        say(talk, "endpoint        " + HostPort.of(config.listen().host(), server.port()));
        URI admin = server.administration();
        say(talk, "administration  " + admin + "/");
        if (config.metrics()) {
            say(talk, "metrics         " + admin + "/metrics");
        }
        long sinceStart = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        say(talk, "ready in " + sinceStart + " ms");
    }

    /** Flushes each line: the program that started the process waits for the last one. */
    private static void say(PrintWriter talk, String line) {
        talk.println(line);
        talk.flush();
    }

    /** The option by which a data directory or a server is named; empty without one. */
    Optional<String> option() {
        if (data != null) {
            return Optional.of("--data");
        }
        if (port != null) {
            return Optional.of("--port");
        }
        return file.given() ? Optional.of("--config") : Optional.empty();
    }

    /** Where a server with these options is, if its port says that. */
    @Nullable
    String endpoint() {
        return port == null || port.equals("0") ? null : "127.0.0.1:" + port;
    }

    /** What the options say, over file and environment. */
    ConfigSources sources() {
        ConfigSources sources = file.sources();
        if (data != null) {
            sources = sources.withFlag("--data", "data", data);
        }
        return port == null ? sources : sources.withFlag("--port", "listen.port", port);
    }
}
