package io.pledgemq.faults.broker;

import io.pledgemq.faults.broker.ServerProcess.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** PledgeMQ's server. */
public final class PledgeBroker implements Broker {
    private final Names names = new Names();
    private final ServerProcess process;

    private PledgeBroker(ServerProcess process) {
        this.process = process;
    }

    /** Settings that differ between suites. */
    public static final class Setup {
        private final List<String> yaml = new ArrayList<>();
        private final List<String> jvm = new ArrayList<>(List.of("-Xmx512m"));
        private final Map<String, String> environment = new HashMap<>();
        private String users = "";

        /** More lines of the configuration. */
        public Setup with(String... lines) {
            yaml.addAll(List.of(lines));
            return this;
        }

        /** Another value for a setting, say limits.connections, than the one below. */
        public Setup set(String key, String value) {
            String name = key.replace(".", "__").replace('-', '_').toUpperCase(Locale.ROOT);
            environment.put("PLEDGEMQ_" + name, value);
            return this;
        }

        /** Switches authentication on. */
        public Setup users(String usersYaml) {
            users = usersYaml;
            return with("access:", "  authentication: on");
        }

        public Setup jvm(String... flags) {
            jvm.addAll(List.of(flags));
            return this;
        }

        /** Starts a server; returns when it answers. */
        public PledgeBroker start(Path directory) {
            try {
                Files.createDirectories(directory.resolve("data"));
                Path config = directory.resolve("pledgemq.yaml");
                Files.write(config, configuration());
                if (!users.isEmpty()) {
                    PrivateFiles.write(directory.resolve("data/users.yaml"), users);
                }
                return new PledgeBroker(ServerProcess.start(new Command(jvm, config, directory, environment)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Short times, so that a test sees in a second what users see in a minute. */
        private List<String> configuration() {
            List<String> lines = new ArrayList<>(List.of(
                    "delivery:",
                    "  long-poll: 4s",
                    "  long-poll-min: 0s",
                    "  long-poll-max: 4s",
                    "  push-lease: 4s",
                    "  invisible-min: 1s",
                    "checks:",
                    "  first: 2s",
                    "  interval: 1s",
                    "  cap: 2s",
                    "  answer-timeout: 10s",
                    "  maximum: 1000",
                    "limits:",
                    "  connections-per-address: 10000",
                    "store:",
                    "  segment: 32MiB",
                    "  disk-reserve: 32MiB",
                    "topics:"));
            for (Kind kind : Kind.values()) {
                for (int i = 0; i < Names.TOPICS_OF_A_KIND; i++) {
                    lines.add("  - {name: " + Names.topic(kind, i) + ", type: "
                            + kind.name().toLowerCase(Locale.ROOT) + "}");
                }
            }
            lines.add("groups:");
            for (GroupKind kind : List.of(GroupKind.IMPATIENT, GroupKind.IMPATIENT_FIFO)) {
                for (int i = 0; i < Names.GROUPS_OF_A_KIND; i++) {
                    lines.add("  - {name: " + Names.group(kind, i) + ", fifo: " + (kind.fifo() ? "on" : "off")
                            + ", max-attempts: " + kind.maxAttempts() + ", retry: \"fixed:250:0\"}");
                }
            }
            lines.addAll(yaml);
            return lines;
        }
    }

    @Override
    public String endpoint() {
        return "127.0.0.1:" + process.port();
    }

    @Override
    public String topic(Kind kind) {
        return names.topic(kind);
    }

    @Override
    public String group(GroupKind kind) {
        return names.group(kind);
    }

    @Override
    public void kill() {
        process.kill();
    }

    /** Ends the process in order, as SIGTERM does; returns its exit status. */
    public int terminate() {
        return process.terminate();
    }

    @Override
    public void restart() {
        process.restart();
    }

    @Override
    public String log() {
        return process.log();
    }

    /** Of the server. */
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }
}
