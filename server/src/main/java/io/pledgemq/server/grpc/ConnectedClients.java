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
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Who is connected, for people. Thread-safe. */
public final class ConnectedClients {
    private static final int MAX_TOPICS = 100;

    private final Clients clients;
    private final MessageToWire toWire;
    private final BodyRoom bodies;

    ConnectedClients(Clients clients, MessageToWire toWire, BodyRoom bodies) {
        this.clients = clients;
        this.toWire = toWire;
        this.bodies = bodies;
    }

    /** Bytes of bodies that are on their way to clients. */
    public long unreadBodyBytes() {
        return bodies.taken();
    }

    /**
     * A connected client. All texts but user and remote are what it says of itself.
     *
     * @param id its own name for itself
     * @param user authenticated user; empty where nobody has to prove who he is
     * @param type producer, push-consumer, simple-consumer; unknown before it has told
     * @param version of its library; empty if it did not tell
     * @param remote address it came from
     * @param topics the first hundred that it sends to or receives from
     * @param group consumer group; empty for a producer
     * @param leases messages that a push consumer works on now
     * @param streaming whether it can be asked questions
     * @param silent how long nothing was heard of it
     */
    public record Client(
            String id,
            String user,
            String type,
            String language,
            String version,
            String remote,
            List<String> topics,
            String group,
            int leases,
            boolean streaming,
            Duration silent) {
        public Client {
            topics = List.copyOf(topics);
        }
    }

    /** Everybody, by id and user. */
    public List<Client> all() {
        long now = System.nanoTime();
        return clients.all().stream()
                .map(session -> client(session, now))
                .sorted(Comparator.comparing(Client::id).thenComparing(Client::user))
                .toList();
    }

    /** Whether a producer of the topic is connected; one with more topics than are told may be one. */
    public boolean sendsTo(String topic) {
        return all().stream()
                .filter(client -> client.type().equals("producer"))
                .anyMatch(client ->
                        client.topics().contains(topic) || client.topics().size() >= MAX_TOPICS);
    }

    /**
     * Asks a client what its threads do. Fails with {@link IllegalStateException} if it has no open stream, and with
     * {@link java.util.concurrent.TimeoutException} if it does not answer within ten seconds. Empty if there is no such
     * client.
     */
    public Optional<CompletableFuture<String>> threads(String id, String user) {
        return session(id, user).map(session -> session.reports()
                .expect(nonce -> session.send(TelemetryCommand.newBuilder()
                        .setPrintThreadStackTraceCommand(
                                PrintThreadStackTraceCommand.newBuilder().setNonce(nonce))
                        .build()))
                .thenApply(report -> report.getThreadStackTrace().getThreadStackTrace()));
    }

    /**
     * How a client's handler took a message.
     *
     * @param consumed whether it said success
     * @param code in the protocol's words
     * @param text what the client says about it; may be empty
     */
    public record Trial(boolean consumed, String code, String text) {}

    /**
     * Has a push consumer's handler work on a message now, beside all deliveries: nothing is leased, counted or
     * settled, but what the handler does is done. Fails as {@link #threads} does; a handler that takes longer goes on.
     * Empty if there is no such client.
     */
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
