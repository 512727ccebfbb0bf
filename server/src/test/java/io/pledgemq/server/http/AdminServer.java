package io.pledgemq.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.Failure;
import io.pledgemq.engine.ReceiveRequest;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.server.Requests;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.access.AccessOptions;
import io.pledgemq.server.access.Capabilities;
import io.pledgemq.server.alert.Alerts;
import io.pledgemq.server.audit.AuditLimits;
import io.pledgemq.server.audit.AuditLog;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.catalog.GroupDefaults;
import io.pledgemq.server.config.ConfigLoader;
import io.pledgemq.server.config.ConfigSources;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.config.TlsConfig;
import io.pledgemq.server.grpc.Authorizer;
import io.pledgemq.server.grpc.Rpc;
import io.pledgemq.server.health.Attention;
import io.pledgemq.server.health.Facts;
import io.pledgemq.server.net.Connections;
import io.pledgemq.server.net.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The administration of a real engine on a real port, with users of every role, and the engine at hand. */
public final class AdminServer implements AutoCloseable {
    public static final String SECRET = "correct horse battery";

    private static final String USERS = String.format(Locale.ROOT, """
            users:
              - {name: viewer, secret: "%1$s", role: viewer}
              - {name: operator, secret: "%1$s", role: operator}
              - {name: boss, secret: "%1$s", role: admin}
              - {name: sender, secret: "%1$s", grants: [{allow: [publish], topics: ["*"]}]}
              - {name: clerk, secret: "%1$s", grants: [{allow: [admin-read, admin-write], topics: ["own-*"], groups: ["own-*"]}]}
            """, SECRET);

    private final Path data;
    private final Engine engine;
    private final Rpc rpc;
    private final AuditLog audit;
    private final Attention attention;
    private final Listener front;
    private final RouteTable routes;
    private final HttpClient http = HttpClient.newHttpClient();

    private AdminServer(Path data, Engine engine, ServerConfig config) throws Exception {
        this.data = data;
        this.engine = engine;
        Access access = Access.open(AccessOptions.open(data), InstantSource.system());
        Catalog catalog = Catalog.load(
                engine, new GroupDefaults(true, 16, config.newGroups().retry(), false));
        audit = AuditLog.open(config.auditDirectory(), InstantSource.system(), AuditLimits.DEFAULTS);
        rpc = new Rpc(
                engine, catalog, config, Capabilities.open(data), new Authorizer(access, audit), "127.0.0.1:8081");
        Alerts alerts = new Alerts(config.alerts(), "test", List.of());
        Facts facts = new Facts(
                config.alerts(),
                audit,
                null,
                Optional::empty,
                topic -> rpc.connected().sendsTo(topic),
                alerts);
        attention = Attention.of(engine, facts, InstantSource.system());
        AdminParts parts = new AdminParts(engine, catalog, rpc.connected(), access, attention, config);
        routes = AdminRoutes.of(parts);
        Listener.Address address = new Listener.Address(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                true,
                null,
                TlsConfig.ClientCertificate.OFF);
        front = Listener.open(address, new Connections(config.limits(), Set.of()), List.of(), Duration.ofSeconds(1));
        front.serve(List.of(AdminHttp.routes(parts)));
    }

    /** Starts in a directory that must be empty or one of these. */
    public static AdminServer start(Path data) throws Exception {
        return start(data, Map.of());
    }

    /** As {@link #start(Path)}, with some settings of its own. */
    static AdminServer start(Path data, Map<String, String> settings) throws Exception {
        Files.writeString(data.resolve("users.yaml"), USERS);
        Files.setPosixFilePermissions(data.resolve("users.yaml"), PosixFilePermissions.fromString("rw-------"));
        ConfigSources sources = ConfigSources.none()
                .withFlag("--data", "data", data.toString())
                .withFlag("--port", "listen.port", "0")
                .withFlag("--body", "limits.body", "1MiB")
                .withFlag("--segment", "store.segment", "8MiB")
                .withFlag("--reserve", "store.disk-reserve", "8MiB");
        for (var setting : settings.entrySet()) {
            sources = sources.withFlag("--" + setting.getKey(), setting.getKey(), setting.getValue());
        }
        ServerConfig config = ConfigLoader.load(sources).config();
        return new AdminServer(data, Engine.open(data, config.engine()), config);
    }

    public Engine engine() {
        return engine;
    }

    public String endpoint() {
        return "http://127.0.0.1:" + front.port();
    }

    RouteTable routes() {
        return routes;
    }

    public Path data() {
        return data;
    }

    /** Lines of the audit log so far. */
    public List<String> audit() throws IOException {
        audit.flush().join();
        Path file = data.resolve("audit").resolve("audit.jsonl");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** An answer. */
    public record Answer(int status, JsonNode body) {
        public JsonNode at(String pointer) {
            return body.at(pointer);
        }

        String code() {
            return body.path("code").asText();
        }
    }

    public Answer get(String user, String path) throws Exception {
        return send(request(path).header("authorization", basic(user, SECRET)).GET());
    }

    Answer post(String user, String path, String json) throws Exception {
        return call("POST", user, path, json);
    }

    Answer call(String method, String user, String path, String json) throws Exception {
        return send(request(path)
                .header("authorization", basic(user, SECRET))
                .header("content-type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpRequest.Builder request(String path) {
        return Requests.to(endpoint() + "/admin/v1" + path);
    }

    Answer send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        boolean json = response.headers().firstValue("content-type").orElse("").startsWith("application/json");
        return new Answer(
                response.statusCode(),
                json ? new ObjectMapper().readTree(response.body()) : TextNode.valueOf(response.body()));
    }

    static String basic(String user, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    /** A topic for plain messages, with the group {@code warehouse}. */
    public void topic(String name) {
        done(engine.createTopic(new TopicConfig(name, TopicType.NORMAL)).join());
        done(engine.putGroup(GroupConfig.of("warehouse")).join());
    }

    /** A half message that nobody decides. */
    public void prepare(String topic, String id, String key) {
        done(engine.prepare(
                        Message.of(id, topic, "half".getBytes(StandardCharsets.UTF_8))
                                .withKey(key),
                        new Sender("orders", "orders-1"),
                        Duration.ofMinutes(5))
                .join());
    }

    /** A message that a group failed for good. */
    public void die(String topic, String group, String id, String key) {
        done(engine.subscribe(group, topic, false).join());
        done(engine.send(Message.of(id, topic, "dead body".getBytes(StandardCharsets.UTF_8))
                        .withKey(key)
                        .withProperties(Map.of("Size", "XL")))
                .join());
        Outcome received = engine.receive(
                        new ReceiveRequest(group, topic, "test", 1, Duration.ofSeconds(5), Duration.ofMinutes(1)), null)
                .join();
        ((Outcome.Received) received)
                .deliveries()
                .forEach(delivery -> done(engine.fail(delivery.receipt(), "test", Failure.terminal("no shelf"))
                        .join()));
    }

    private static void done(Outcome outcome) {
        assertThat(outcome).isNotInstanceOf(Outcome.Refused.class);
    }

    @Override
    public void close() throws IOException {
        front.close();
        rpc.close();
        audit.close();
        engine.close();
    }
}
