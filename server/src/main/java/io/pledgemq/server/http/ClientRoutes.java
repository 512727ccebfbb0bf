package io.pledgemq.server.http;

import static io.pledgemq.server.http.Field.Kind.NAME;
import static io.pledgemq.server.http.Field.Kind.TEXT;

import io.pledgemq.server.access.Action;
import io.pledgemq.server.grpc.ConnectedClients;
import io.pledgemq.server.grpc.ConnectedClients.Client;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Connected RocketMQ clients: see, ask what they do. */
final class ClientRoutes {
    private static final long PATIENCE_SECONDS = 15;

    private final ConnectedClients clients;

    ClientRoutes(ConnectedClients clients) {
        this.clients = clients;
    }

    /**
     * A connected client. All but user, remote, leases and what follows is what it says of itself.
     *
     * @param user whom its signature proves; empty where nobody has to prove who he is
     * @param type producer, push-consumer, simple-consumer; unknown before it has told
     * @param group consumer group; empty for a producer
     * @param leases messages that a push consumer works on now
     * @param streaming whether it can be asked questions
     */
    record ClientAnswer(
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
            long silentSeconds) {

        static ClientAnswer of(Client client) {
            return new ClientAnswer(
                    client.id(),
                    client.user(),
                    client.type(),
                    client.language(),
                    client.version(),
                    client.remote(),
                    client.topics(),
                    client.group(),
                    client.leases(),
                    client.streaming(),
                    client.silent().toSeconds());
        }

        private String place() {
            return id + " " + user;
        }
    }

    /** A page of clients, by id. */
    record ClientList(List<ClientAnswer> items, @Nullable String next) {}

    /** What the threads of a client do, as it tells. */
    record ThreadsAnswer(String id, String threads) {}

    Stream<Route> routes() {
        return Stream.of(
                Route.get("/clients", "client.list")
                        .does("Lists connected clients.")
                        .with(
                                Field.query("topic", NAME, "That send to or receive from this topic only."),
                                Field.query("group", NAME, "Of this consumer group only."),
                                Field.cursor(),
                                Field.limit())
                        .answers(ClientList.class, this::list),
                Route.post("/clients/threads", "client.threads")
                        .does("Asks a client what its threads do; waits up to ten seconds for its answer.")
                        .needs(Action.ADMIN_WRITE)
                        .with(
                                Field.body("client", TEXT, "Id of the client.").needed(),
                                Field.body("user", TEXT, "Its user, where clients prove who they are."),
                                Field.reason(Field.Place.BODY))
                        .answers(ThreadsAnswer.class, this::threads));
    }

    private ClientList list(Call call) throws AdminProblem {
        String topic = call.filter("topic");
        String group = call.filter("group");
        var page = Pages.byName(
                clients.all().stream()
                        .filter(client -> topic.isEmpty() || client.topics().contains(topic))
                        .filter(client -> group.isEmpty() || client.group().equals(group))
                        .map(ClientAnswer::of),
                ClientAnswer::place,
                call.given("cursor"),
                call.limit());
        return new ClientList(page.items(), page.next());
    }

    private ThreadsAnswer threads(Call call) throws AdminProblem {
        String id = call.text("client");
        CompletableFuture<String> asked = clients.threads(id, call.filter("user"))
                .orElseThrow(() -> AdminProblem.notFound(
                        "UNKNOWN_CLIENT",
                        "no connected client has this id" + " and user.",
                        "see who is connected: ./pledgemq client list"));
        try {
            return new ThreadsAnswer(id, asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            boolean late = e instanceof TimeoutException || e.getCause() instanceof TimeoutException;
            throw AdminProblem.unavailable(
                    "CLIENT_SILENT",
                    late ? "the client did not answer in time." : String.valueOf(e.getCause()),
                    "try again; if it stays silent, look at the client's own machine.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AdminProblem.unavailable("STOPPING", "the server is stopping.", "repeat when it runs again.");
        }
    }
}
