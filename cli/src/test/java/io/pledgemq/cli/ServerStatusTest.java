package io.pledgemq.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.Failure;
import io.pledgemq.engine.ReceiveRequest;
import io.pledgemq.engine.command.CheckListener;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.io.EngineClock;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Running;
import io.pledgemq.server.config.ConfigLoader;
import io.pledgemq.server.config.ConfigSources;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.health.Concern;
import io.pledgemq.server.tls.Pem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/**
 * Everything that {@code server status} may say needs a person: on a server that runs, until somebody has mended it.
 */
@Timeout(180)
class ServerStatusTest {
    private static final Duration LONG_AGO = Duration.ofHours(2);
    private static final String USERS =
            "users:\n  - {name: sender, secret: \"correct horse battery\", grants: [{allow: [publish], topics: [\"*\"]}]}\n";

    private final Path directory;
    private final Path data;
    private final StringWriter out = new StringWriter();

    ServerStatusTest(@TempDir Path directory) {
        this.directory = directory;
        this.data = directory.resolve("data");
    }

    /** What makes it appear, or what ends it. */
    private interface Step {
        void run() throws Exception;
    }

    @ParameterizedTest
    @EnumSource(Concern.Code.class)
    void whatNeedsAPersonIsToldOnARunningServerAndGoesWhenItIsMended(Concern.Code code) throws Exception {
        switch (code) {
            case DEAD_LETTERS ->
                told(code, config(), seeded(this::deadLetter), () -> done("dead", "skip", "m-1", "--reason", "seen"));
            case GROUP_FULL ->
                told(
                        code,
                        config("limits.unsettled-per-subscription: 1"),
                        seeded(this::deadLetter),
                        () -> done("dead", "skip", "m-1", "--reason", "seen"));
            case GROUP_BEHIND ->
                told(
                        code,
                        config(),
                        seeded(this::unread),
                        () -> done("group", "reset", "warehouse", "--to", "latest", "--yes"));
            case LIMIT_REACHED ->
                told(
                        code,
                        config("limits.pending: 1"),
                        seeded(this::halfMessage),
                        () -> done("tx", "rollback", "p-1", "--reason", "never paid"));
            case NO_SENDER, UNDECIDED ->
                told(
                        code,
                        config(),
                        seeded(this::halfMessage),
                        () -> done("tx", "commit", "p-1", "--reason", "paid in cash"));
            case PARKED ->
                told(
                        code,
                        config(),
                        seeded(this::parked),
                        () -> done("tx", "commit", "p-1", "--reason", "paid in cash"));
            case DISK_FULL -> fullDisk();
            case AUDIT_UNAVAILABLE -> audit();
            case USERS_REFUSED -> users();
            case CERTIFICATE_ENDS -> certificate(code, Duration.ofDays(5));
            case CERTIFICATE_REFUSED -> certificate(code, Duration.ofDays(300));
            case ALERTS_UNDELIVERED -> webhook();
        }
    }

    private ServerConfig config(String... yaml) throws IOException {
        return Running.config(directory, yaml);
    }

    private void told(Concern.Code code, ServerConfig config, Step before, Step mend) throws Exception {
        before.run();
        try (PledgeServer server = PledgeServer.start(config)) {
            assertThat(server.lifecycle().ready()).isTrue();
            awaitTold(code);
            mend.run();
            awaitGone(code);
        }
    }

    private void awaitTold(Concern.Code code) throws Exception {
        Running.await(code + " is told", () -> codes().contains(code.spelling()));
        assertThat(run("server", "status")).as("exit code").isEqualTo(Main.UNHEALTHY);
        assertThat(out.toString()).contains(code.spelling()).contains("./pledgemq ");
    }

    private void awaitGone(Concern.Code code) throws Exception {
        Running.await(code + " is gone", () -> !codes().contains(code.spelling()));
    }

    private List<String> codes() {
        run("server", "status", "-o", "json");
        try {
            JsonNode status = new ObjectMapper().readTree(out.toString());
            List<String> codes = new ArrayList<>();
            status.get("attention")
                    .forEach(concern -> codes.add(concern.get("code").asText()));
            return codes;
        } catch (IOException e) {
            throw new AssertionError(out.toString(), e);
        }
    }

    private void done(String... arguments) {
        assertThat(run(arguments)).as(() -> String.join(" ", arguments) + out).isZero();
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", data.toString()));
        out.getBuffer().setLength(0);
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(new StringWriter()));
        return commandLine.execute(all.toArray(String[]::new));
    }

    /** Work on an engine in the data directory two hours ago. */
    private interface Work {
        void on(Engine engine) throws Exception;
    }

    private Step seeded(Work work) {
        return () -> {
            EngineClock now = EngineClock.system();
            EngineClock before = new EngineClock() {
                @Override
                public long monotonicMs() {
                    return now.monotonicMs();
                }

                @Override
                public long wallMs() {
                    return now.wallMs() - LONG_AGO.toMillis();
                }
            };
            EngineConfig small = config().engine();
            try (Engine engine = Engine.open(data, small.withClock(before))) {
                make(engine.createTopic(new TopicConfig("orders", TopicType.TRANSACTION)));
                make(engine.createTopic(new TopicConfig("news", TopicType.NORMAL)));
                make(engine.putGroup(GroupConfig.of("warehouse")));
                make(engine.subscribe("warehouse", "news", true));
                work.on(engine);
            }
        };
    }

    private static Outcome make(CompletableFuture<Outcome> asked) throws Exception {
        Outcome outcome = asked.get(30, TimeUnit.SECONDS);
        assertThat(outcome).isNotInstanceOf(Outcome.Refused.class);
        return outcome;
    }

    private void unread(Engine engine) throws Exception {
        make(engine.send(Message.of("m-1", "news", new byte[1])));
    }

    private void deadLetter(Engine engine) throws Exception {
        unread(engine);
        Outcome received = make(engine.receive(
                new ReceiveRequest("warehouse", "news", "test", 1, Duration.ofSeconds(5), Duration.ofMinutes(1)),
                null));
        make(engine.fail(
                ((Outcome.Received) received).deliveries().get(0).receipt(), "test", Failure.terminal("no shelf")));
    }

    private void halfMessage(Engine engine) throws Exception {
        make(engine.prepare(
                Message.of("p-1", "orders", new byte[1]), new Sender("orders", "orders-1"), Duration.ofHours(9)));
    }

    private void parked(Engine engine) throws Exception {
        Sender sender = new Sender("orders", "orders-1");
        CheckListener silent = all -> all.forEach(asked -> {
            var unused = engine.answerSilent(asked.slot(), asked.transactionId(), sender.instance(), Silence.NOT_MINE);
        });
        Runnable leave = engine.connectSender(sender, silent, 1);
        make(engine.prepare(Message.of("p-1", "orders", new byte[1]), sender, Duration.ofMillis(1)));
        Running.await("it is parked", () -> engine.desk().stats().join().parked() == 1);
        leave.run();
    }

    private void fullDisk() throws Exception {
        if (sh("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", directory.toString()) != 0) {
            abort("no permission to mount a small file system");
        }
        try {
            // Credential and certificate are there before the disk is full.
            PledgeServer.start(config()).close();
            Path ballast = directory.resolve("ballast");
            Files.write(ballast, new byte[(int) Files.getFileStore(directory).getUsableSpace() - (6 << 20)]);
            told(
                    Concern.Code.DISK_FULL,
                    ConfigLoader.load(ConfigSources.none()
                                    .withFile(Running.file(directory))
                                    .withFlag("--reserve", "store.disk-reserve", "24MiB"))
                            .config(),
                    () -> {},
                    () -> Files.delete(ballast));
        } finally {
            sh("umount", "-l", directory.toString());
        }
    }

    private static int sh(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS))
                .as(String.join(" ", command))
                .isTrue();
        return process.exitValue();
    }

    /** Renamed as logrotate does it, deleted, and its directory gone. */
    private void audit() throws Exception {
        Path audit = data.resolve("audit");
        Path file = audit.resolve("audit.jsonl");
        try (PledgeServer server = PledgeServer.start(config())) {
            Path rotated = audit.resolve("audit.jsonl.1");
            Running.await("the file", () -> Files.exists(file));
            Files.move(file, rotated);
            Running.await("a new one without anybody who asks", () -> Files.exists(file));
            Files.delete(file);
            done("topic", "create", "first", "--type", "NORMAL");
            assertThat(file).content().contains("topic.create", "first");
            assertThat(codes()).isEmpty();

            Path away = Files.move(audit, data.resolve("away"));
            Files.writeString(audit, "a file where the directory was");
            awaitTold(Concern.Code.AUDIT_UNAVAILABLE);
            assertThat(run("topic", "create", "second", "--type", "NORMAL")).isNotZero();
            Files.delete(audit);
            awaitGone(Concern.Code.AUDIT_UNAVAILABLE);
            done("topic", "create", "second", "--type", "NORMAL");
            assertThat(file).content().contains("audit.lost", "second");
            assertThat(away).isDirectoryContaining("glob:**audit.jsonl");
            assertThat(server.lifecycle().ready()).isTrue();
        }
    }

    private void users() throws Exception {
        Path users = data.resolve("users.yaml");
        try (PledgeServer server = PledgeServer.start(config())) {
            assertThat(server.lifecycle().ready()).isTrue();
            assertThat(codes()).isEmpty();
            Files.createFile(users, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(users, "users: nonsense");
            awaitTold(Concern.Code.USERS_REFUSED);
            Files.writeString(users, USERS);
            awaitGone(Concern.Code.USERS_REFUSED);
        }
    }

    private void certificate(Concern.Code code, Duration validFor) throws Exception {
        Path certificate = directory.resolve("own.crt");
        Path key = directory.resolve("own.key");
        Pem.make("EC", Instant.now().plus(validFor)).write(certificate, key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        ServerConfig config =
                config("tls:\n  mode: files\n  certificate-file: " + certificate + "\n  key-file: " + key);
        try (PledgeServer server = PledgeServer.start(config)) {
            assertThat(server.lifecycle().ready()).isTrue();
            if (code == Concern.Code.CERTIFICATE_REFUSED) {
                assertThat(codes()).isEmpty();
                Files.writeString(key, "no key");
            }
            awaitTold(code);
            Pem.make("EC", Instant.now().plus(Duration.ofDays(300))).write(certificate, key);
            awaitGone(code);
        }
    }

    /** Told as undelivered until one gets through. */
    private void webhook() throws Exception {
        AtomicInteger status = new AtomicInteger(500);
        HttpServer webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        webhook.start();
        Path audit = Files.writeString(directory.resolve("audit"), "a file in the place of the directory");
        try {
            told(
                    Concern.Code.ALERTS_UNDELIVERED,
                    config(
                            "audit.directory: " + audit,
                            "alerts.webhook: http://127.0.0.1:"
                                    + webhook.getAddress().getPort() + "/"),
                    () -> {},
                    () -> {
                        status.set(204);
                        Files.delete(audit);
                    });
        } finally {
            webhook.stop(0);
        }
    }
}
