package io.pledgemq.server.http;

import static io.pledgemq.server.http.Field.Kind.MESSAGE_ID;
import static io.pledgemq.server.http.Field.Kind.NAME;
import static io.pledgemq.server.http.Field.Kind.TEXT;

import io.pledgemq.engine.OperatorDesk;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.view.FindRequest;
import io.pledgemq.engine.view.MessageSummary;
import io.pledgemq.server.access.Action;
import io.pledgemq.server.access.Resource;
import io.pledgemq.server.clients.ConnectedClients;
import io.pledgemq.server.clients.ConnectedClients.Client;
import io.pledgemq.server.clients.ConnectedClients.Trial;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Connected RocketMQ clients: list them, dump their threads, try a message out. */
final class ClientRoutes {
    private static final long PATIENCE_SECONDS = 15;

    private static final String PUSH_CONSUMER = "push-consumer";

    private final ConnectedClients clients;
    private final OperatorDesk desk;

    ClientRoutes(ConnectedClients clients, OperatorDesk desk) {
        this.clients = clients;
        this.desk = desk;
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

    /**
     * How a client's handler took a message.
     *
     * @param consumed whether it said success
     * @param code in the words of the protocol
     * @param text what the client says about it; may be empty
     */
    record VerifyAnswer(String id, String message, boolean consumed, String code, String text) {}

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
                        .answers(ThreadsAnswer.class, this::threads),
                Route.post("/clients/verify", "client.verify")
                        .does("Has a push consumer's handler work on a message now; waits up to ten seconds. Nothing is"
                                + " leased, counted or settled, but what the handler does is done.")
                        .needs(Action.ADMIN_WRITE)
                        .on(Target.EACH)
                        .with(
                                Field.body("client", TEXT, "Id of the push consumer.")
                                        .needed(),
                                Field.body("user", TEXT, "Its user, where clients prove who they are."),
                                Field.body("message", MESSAGE_ID, "Id of a message of a topic it receives.")
                                        .needed(),
                                Field.reason(Field.Place.BODY))
                        .answers(VerifyAnswer.class, this::verify));
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
        return new ThreadsAnswer(
                id, answer(clients.threads(id, call.filter("user")).orElseThrow(ClientRoutes::unknown)));
    }

    private VerifyAnswer verify(Call call) throws AdminProblem {
        String id = call.text("client");
        String user = call.filter("user");
        MessageId messageId = call.id("message");
        MessageSummary found = desk.find(FindRequest.byId(messageId)).items().stream()
                .findFirst()
                .orElseThrow(() -> MessageRoutes.unknown(messageId));
        call.require(Resource.topic(found.topic()));
        Client client = clients.all().stream()
                .filter(each -> each.id().equals(id) && each.user().equals(user))
                .findFirst()
                .orElseThrow(ClientRoutes::unknown);
        if (!client.type().equals(PUSH_CONSUMER) || !client.topics().contains(found.topic())) {
            throw AdminProblem.illegal(
                    "the client is a " + client.type() + " of the topics " + client.topics()
                            + ", but only a push consumer of topic " + found.topic()
                            + " has a handler for this message.",
                    "see who consumes it: ./pledgemq client list --topic " + found.topic());
        }
        call.require(Resource.group(client.group()));
        if (found.status() != MessageSummary.Status.COMMITTED) {
            throw AdminProblem.illegal(
                    "the message is " + found.status() + "; a handler must only see what was committed.",
                    "wait until it is decided or due.");
        }
        Trial trial =
                answer(clients.tryOut(id, user, desk.message(found.position())).orElseThrow(ClientRoutes::unknown));
        return new VerifyAnswer(id, messageId.text(), trial.consumed(), trial.code(), trial.text());
    }

    private static AdminProblem unknown() {
        return AdminProblem.notFound(
                "UNKNOWN_CLIENT",
                "no connected client has this id and user.",
                "see who is connected: ./pledgemq client list");
    }

    private static <T> T answer(CompletableFuture<T> asked) throws AdminProblem {
        try {
            return asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
