package io.pledgemq.server.grpc;

import io.pledgemq.engine.command.Message;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.PrintThreadStackTraceCommand;
import io.pledgemq.rpc.v2.Publishing;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.rpc.v2.Subscription;
import io.pledgemq.rpc.v2.TelemetryCommand;
import io.pledgemq.rpc.v2.VerifyMessageCommand;
import io.pledgemq.server.clients.ConnectedClients;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Shows the protocol's sessions to administration and metrics. */
final class ClientDirectory implements ConnectedClients {
    private static final int MAX_TOPICS = 100;

    private final Clients clients;
    private final MessageToWire toWire;
    private final BodyBudget bodies;

    ClientDirectory(Clients clients, MessageToWire toWire, BodyBudget bodies) {
        this.clients = clients;
        this.toWire = toWire;
        this.bodies = bodies;
    }

    @Override
    public long unreadBodyBytes() {
        return bodies.taken();
    }

    @Override
    public List<Client> all() {
        long now = System.nanoTime();
        return clients.all().stream()
                .map(session -> client(session, now))
                .sorted(Comparator.comparing(Client::id).thenComparing(Client::user))
                .toList();
    }

    @Override
    public boolean sendsTo(String topic) {
        return all().stream()
                .filter(client -> client.type().equals("producer"))
                .anyMatch(client ->
                        client.topics().contains(topic) || client.topics().size() >= MAX_TOPICS);
    }

    @Override
    public Optional<CompletableFuture<String>> threads(String id, String user) {
        return session(id, user).map(session -> session.reports()
                .expect(nonce -> session.send(TelemetryCommand.newBuilder()
                        .setPrintThreadStackTraceCommand(
                                PrintThreadStackTraceCommand.newBuilder().setNonce(nonce))
                        .build()))
                .thenApply(report -> report.getThreadStackTrace().getThreadStackTrace()));
    }

    @Override
    public Optional<CompletableFuture<Trial>> tryOut(String id, String user, Message message) {
        return session(id, user).map(session -> session.reports()
                .expect(nonce -> session.send(TelemetryCommand.newBuilder()
                        .setVerifyMessageCommand(VerifyMessageCommand.newBuilder()
                                .setNonce(nonce)
                                .setMessage(toWire.tried(message)))
                        .build()))
                .thenApply(report -> new Trial(
                        report.getStatus().getCode() == Code.OK,
                        report.getStatus().getCode().name(),
                        report.getStatus().getMessage())));
    }

    private Optional<ClientSession> session(String id, String user) {
        return clients.all().stream()
                .filter(session -> session.caller().clientId().equals(id)
                        && session.caller().user().equals(user))
                .findFirst();
    }

    private static Client client(ClientSession session, long now) {
        Caller caller = session.caller();
        Settings settings = session.settings();
        Settings known = settings == null ? Settings.getDefaultInstance() : settings;
        return new Client(
                caller.clientId(),
                caller.user(),
                type(session),
                caller.language(),
                known.getUserAgent().getVersion(),
                caller.from().getAddress().getHostAddress(),
                topics(known, caller),
                known.hasSubscription() ? qualified(known.getSubscription().getGroup(), caller) : "",
                session.leases().size(),
                session.connected(),
                Duration.ofNanos(Math.max(0, now - session.lastHeardNanos())));
    }

    private static String type(ClientSession session) {
        return switch (session.type()) {
            case CLIENT_TYPE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
            default -> session.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
        };
    }

    private static List<String> topics(Settings settings, Caller caller) {
        Publishing publishing = settings.getPublishing();
        Subscription subscription = settings.getSubscription();
        Stream<Resource> named = settings.hasPublishing()
                ? publishing.getTopicsList().stream()
                : subscription.getSubscriptionsList().stream().map(entry -> entry.getTopic());
        return named.limit(MAX_TOPICS)
                .map(topic -> qualified(topic, caller))
                .distinct()
                .sorted()
                .toList();
    }

    private static String qualified(Resource name, Caller caller) {
        String namespace = Names.namespace(name, caller);
        return namespace.isEmpty() ? name.getName() : namespace + "%" + name.getName();
    }
}
