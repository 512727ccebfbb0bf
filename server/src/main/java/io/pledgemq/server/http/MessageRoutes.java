package io.pledgemq.server.http;

import static io.pledgemq.server.http.Field.Kind.FLAG;
import static io.pledgemq.server.http.Field.Kind.MESSAGE_ID;
import static io.pledgemq.server.http.Field.Kind.NAME;
import static io.pledgemq.server.http.Field.Kind.TEXT;
import static io.pledgemq.server.http.Field.Kind.TIME;

import io.pledgemq.engine.OperatorDesk;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.view.FindRequest;
import io.pledgemq.engine.view.FoundMessages;
import io.pledgemq.engine.view.MessageSummary;
import io.pledgemq.server.access.Action;
import io.pledgemq.server.access.Resource;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Messages: find them, show a history, show a body. */
final class MessageRoutes {
    private static final Field ID = Field.path("id", MESSAGE_ID, "Id of the message.");

    private final OperatorDesk desk;

    MessageRoutes(OperatorDesk desk) {
        this.desk = desk;
    }

    /**
     * A message that the log still has.
     *
     * @param status undecided, parked, delayed, committed, rolled-back, recalled or unknown
     * @param sizeBytes of the body
     */
    record MessageAnswer(
            String id,
            String topic,
            @Nullable String key,
            @Nullable String tag,
            String status,
            String storedAt,
            int sizeBytes) {

        static MessageAnswer of(MessageSummary found) {
            return new MessageAnswer(
                    found.id().text(),
                    found.topic(),
                    found.key(),
                    found.tag(),
                    found.status().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    Instant.ofEpochMilli(found.storedAtMs()).toString(),
                    found.sizeBytes());
        }
    }

    /**
     * A page of messages. It may be shorter than asked for, even empty, and have a next one: each page looks at a
     * bounded number of them.
     */
    record MessageList(List<MessageAnswer> items, @Nullable String next) {}

    /** A message with the newest thousand events of its history. */
    record MessageHistory(MessageAnswer message, List<HistoryAnswer> history) {}

    /**
     * What a message carries.
     *
     * @param body in Base64
     */
    record BodyAnswer(
            String id, String topic, @Nullable String messageGroup, Map<String, String> properties, String body) {}

    Stream<Route> routes() {
        return Stream.of(
                Route.get("/messages", "message.find")
                        .does("Finds messages by id, by key, by topic, or by topic and key; of a time; newest first.")
                        .on(Target.EACH)
                        .with(
                                Field.query("id", MESSAGE_ID, "With this id; then nothing else is asked for."),
                                Field.query("topic", NAME, "Of this topic."),
                                Field.query("key", TEXT, "With this business key."),
                                Field.query("from", TIME, "Stored then or later."),
                                Field.query("to", TIME, "Stored then or earlier."),
                                Field.query("oldestFirst", FLAG, "true: the first stored first."),
                                Field.cursor(),
                                Field.limit())
                        .answers(MessageList.class, this::find),
                Route.get("/messages/{id}", "message.show")
                        .does("Shows a message with everything that happened to it.")
                        .on(Target.EACH)
                        .with(ID)
                        .answers(MessageHistory.class, this::show),
                Route.get("/messages/{id}/body", "message.body")
                        .does("Shows what a message carries; written to the audit log.")
                        .needs(Action.VIEW_BODY)
                        .on(Target.EACH)
                        .with(ID)
                        .answers(BodyAnswer.class, this::body));
    }

    private MessageList find(Call call) throws AdminProblem {
        FoundMessages found = desk.find(request(call));
        return new MessageList(
                found.items().stream()
                        .filter(call.mayAt(message -> Resource.topic(message.topic())))
                        .map(MessageAnswer::of)
                        .toList(),
                Scan.next(found.next()));
    }

    private static FindRequest request(Call call) throws AdminProblem {
        Optional<MessageId> id = call.givenId("id");
        Optional<String> topic = call.given("topic");
        Optional<String> key = call.given("key");
        if (id.isEmpty() && topic.isEmpty() && key.isEmpty()) {
            throw AdminProblem.illegal(
                    "nothing is asked for.", "give an id, a key or a topic; a time alone is not enough.");
        }
        if (id.isPresent() && (topic.isPresent() || key.isPresent())) {
            throw AdminProblem.illegal("an id is unique.", "leave the topic and the key out.");
        }
        return new FindRequest(
                id.orElse(null),
                topic.orElse(null),
                key.orElse(null),
                call.time("from").map(Instant::toEpochMilli).orElse(Long.MIN_VALUE),
                call.time("to").map(Instant::toEpochMilli).orElse(Long.MAX_VALUE),
                !call.flag("oldestFirst"),
                call.longCursor(FindRequest.START),
                call.limit());
    }

    private MessageHistory show(Call call) throws AdminProblem {
        MessageSummary found = one(call);
        return new MessageHistory(MessageAnswer.of(found), HistoryAnswer.of(desk.history(found.id())));
    }

    private MessageSummary one(Call call) throws AdminProblem {
        MessageId id = call.id("id");
        MessageSummary found =
                desk.find(FindRequest.byId(id)).items().stream().findFirst().orElseThrow(() -> unknown(id));
        call.require(Resource.topic(found.topic()));
        return found;
    }

    static AdminProblem unknown(MessageId id) {
        return AdminProblem.notFound(
                "UNKNOWN_MESSAGE",
                "the log has no message with the id " + id + ": it never came, or its retention is over.",
                "find it by its key: ./pledgemq message find --key KEY");
    }

    private BodyAnswer body(Call call) throws AdminProblem {
        MessageSummary found = one(call);
        Message message = desk.message(found.position());
        return new BodyAnswer(
                message.id().text(),
                message.topic(),
                message.messageGroup(),
                message.properties(),
                Base64.getEncoder().encodeToString(message.body()));
    }
}
