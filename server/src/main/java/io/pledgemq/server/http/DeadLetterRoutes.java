package io.pledgemq.server.http;

import static io.pledgemq.server.http.Field.Kind.BYTES;
import static io.pledgemq.server.http.Field.Kind.FLAG;
import static io.pledgemq.server.http.Field.Kind.MESSAGE_ID;
import static io.pledgemq.server.http.Field.Kind.MESSAGE_IDS;
import static io.pledgemq.server.http.Field.Kind.NAME;
import static io.pledgemq.server.http.Field.Kind.TEXT;

import io.pledgemq.engine.OperatorDesk;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.view.DeadLetterView;
import io.pledgemq.engine.view.Page;
import io.pledgemq.server.access.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters: list, show, retry, edit, skip, compensate, and close a compensation. One message may be dead in several
 * groups; an action without a group applies to each of them.
 */
final class DeadLetterRoutes {
    private static final Field IDS =
            Field.body("ids", MESSAGE_IDS, "Ids of the messages.").needed();
    private static final Field GROUP = Field.body("group", NAME, "In this consumer group only; without it in all.");
    private static final Field REASON = Field.body(
                    "reason", TEXT, "Why, for the messages' histories and the audit log.")
            .needed();

    private final OperatorDesk desk;

    DeadLetterRoutes(OperatorDesk desk) {
        this.desk = desk;
    }

    /**
     * A dead letter, or one that is being redriven or compensated.
     *
     * @param id of the message
     * @param status open, redriving or compensating; only an open one takes an action, but that one being compensated
     *     may be closed
     * @param attempts of this revision, or of the compensation
     * @param reason why the last attempt failed
     * @param since when its status changed last
     */
    record DeadLetterAnswer(
            String id,
            String topic,
            @Nullable String key,
            @Nullable String tag,
            String group,
            String status,
            int attempts,
            int revision,
            String reason,
            String since,
            int sizeBytes) {

        static DeadLetterAnswer of(DeadLetterView view) {
            Message message = view.message();
            return new DeadLetterAnswer(
                    message.id().text(),
                    message.topic(),
                    message.key(),
                    message.tag(),
                    view.group(),
                    view.status().name().toLowerCase(Locale.ROOT),
                    view.attempts(),
                    view.revision(),
                    view.reason(),
                    Instant.ofEpochMilli(view.sinceMs()).toString(),
                    message.body().length);
        }
    }

    /**
     * A page of dead letters. It may be shorter than asked for, even empty, and have a next one: each page looks at a
     * bounded number of them.
     */
    record DeadLetterList(
            List<DeadLetterAnswer> items, @Nullable String next) {}

    /** A message's dead letters in all groups, with the newest thousand events of its history. */
    record DeadLetterHistory(List<DeadLetterAnswer> deadLetters, List<HistoryAnswer> history) {}

    /** What one person decides about a dead letter. */
    private interface Settling {
        CompletableFuture<Outcome> settle(DeadLetterView dead);
    }

    Stream<Route> routes() {
        return Stream.of(looking(), delivering(), ending()).flatMap(routes -> routes);
    }

    private Stream<Route> looking() {
        return Stream.of(
                Route.get("/dead-letters", "dead.list")
                        .does("Lists dead letters.")
                        .on(Target.EACH)
                        .with(
                                Field.query("group", NAME, "Of this consumer group only."),
                                Field.query("topic", NAME, "Of this topic only."),
                                Field.query("key", TEXT, "With this business key only."),
                                Field.query("status", TEXT, "With this status only.")
                                        .oneOf("open", "redriving", "compensating"),
                                Field.cursor(),
                                Field.limit())
                        .answers(DeadLetterList.class, this::list),
                Route.get("/dead-letters/{id}", "dead.show")
                        .does("Shows a message's dead letters in all groups, with its history.")
                        .on(Target.EACH)
                        .with(Field.path("id", MESSAGE_ID, "Id of the message."))
                        .answers(DeadLetterHistory.class, this::show));
    }

    private Stream<Route> delivering() {
        return Stream.of(
                Route.post("/dead-letters/retry", "dead.retry")
                        .does("Delivers dead letters again, each as its next revision.")
                        .on(Target.EACH)
                        .with(
                                IDS,
                                GROUP,
                                Field.body(
                                        "evenIfOld",
                                        FLAG,
                                        "Apply it although its group may have forgotten whether it did already; make"
                                                + " sure first that it did not."),
                                REASON)
                        .answers(Settled.class, this::retry),
                Route.post("/dead-letters/edit", "dead.edit")
                        .does(
                                "Delivers a dead letter again with another body, under the same id, as its next revision.")
                        .on(Target.EACH)
                        .with(
                                Field.body("id", MESSAGE_ID, "Id of the message.")
                                        .needed(),
                                GROUP,
                                Field.body("body", BYTES, "The new body, in Base64.")
                                        .needed(),
                                REASON)
                        .answers(
                                Settled.class,
                                call -> settle(
                                        call,
                                        List.of(call.id("id")),
                                        dead -> desk.edit(dead, call.bytes("body"), call.operator()))));
    }

    private Stream<Route> ending() {
        return Stream.of(
                Route.post("/dead-letters/skip", "dead.skip")
                        .does("Closes dead letters: their groups never apply them.")
                        .on(Target.EACH)
                        .with(IDS, GROUP, REASON)
                        .answers(
                                Settled.class,
                                call -> settle(call, call.ids(), dead -> desk.skip(dead, call.operator()))),
                Route.post("/dead-letters/compensate", "dead.compensate")
                        .does("Gives dead letters up for good and undoes their senders' side.")
                        .on(Target.EACH)
                        .with(IDS, GROUP, REASON)
                        .answers(
                                Settled.class,
                                call -> settle(call, call.ids(), dead -> desk.compensate(dead, call.operator()))),
                Route.post("/dead-letters/close", "dead.close")
                        .does("Ends compensations by hand whose groups are gone for good; nothing is undone by it. For"
                                + " one that its group works on it is refused.")
                        .on(Target.EACH)
                        .with(IDS, GROUP, REASON)
                        .answers(
                                Settled.class,
                                call -> settle(
                                        call, call.ids(), dead -> desk.closeCompensation(dead, call.operator()))));
    }

    private static Settled.One became(DeadLetterView dead, Outcome outcome) {
        String id = dead.message().id().text();
        return outcome instanceof Outcome.Refused refused && refused.why() == Refusal.NOT_OPEN
                ? Settled.One.refused(
                        id,
                        dead.group(),
                        refused.why().name(),
                        refused.text() + "; what became of it: ./pledgemq dead show " + id)
                : Settled.One.of(id, dead.group(), outcome);
    }

    private DeadLetterList list(Call call) throws AdminProblem {
        String topic = call.filter("topic");
        String key = call.filter("key");
        String status = call.filter("status");
        int limit = call.limit();
        List<DeadLetterAnswer> items = new ArrayList<>();
        Page<DeadLetterView> page = desk.deadLetters(call.filter("group"), call.numericCursor(), limit);
        for (int pages = 1; ; pages++) {
            page.items().stream()
                    .filter(dead -> call.may(Resource.group(dead.group())))
                    .map(DeadLetterAnswer::of)
                    .filter(dead -> (topic.isEmpty() || topic.equals(dead.topic))
                            && (key.isEmpty() || Message.hasKey(dead.key, key))
                            && (status.isEmpty() || status.equals(dead.status)))
                    .forEach(items::add);
            if (page.next() < 0 || items.size() >= limit || pages >= Scan.MAX_PAGES) {
                return new DeadLetterList(items, Scan.next(page.next()));
            }
            page = desk.deadLetters(call.filter("group"), page.next(), limit - items.size());
        }
    }

    private DeadLetterHistory show(Call call) throws AdminProblem {
        MessageId id = call.id("id");
        List<DeadLetterView> found = desk.deadLettersOf("", Set.of(id)).stream()
                .filter(dead -> call.may(Resource.group(dead.group())))
                .toList();
        if (found.isEmpty()) {
            throw AdminProblem.notFound(
                    "UNKNOWN_MESSAGE",
                    "no dead letter has the message id " + id + ".",
                    "see what became of it: ./pledgemq message show " + id);
        }
        return new DeadLetterHistory(
                found.stream().map(DeadLetterAnswer::of).toList(), HistoryAnswer.of(desk.history(id)));
    }

    private Settled retry(Call call) {
        return call.flag("evenIfOld")
                ? settle(call, call.ids(), dead -> desk.retryEvenIfOld(dead, call.operator()))
                : settle(call, call.ids(), dead -> desk.retry(dead, call.operator()));
    }

    private Settled settle(Call call, List<MessageId> ids, Settling settling) {
        List<CompletableFuture<Settled.One>> asked = new ArrayList<>();
        Set<MessageId> missing = new HashSet<>(ids);
        for (DeadLetterView dead : desk.deadLettersOf(call.filter("group"), ids)) {
            MessageId id = dead.message().id();
            missing.remove(id);
            asked.add(
                    call.may(Resource.group(dead.group()))
                            ? settling.settle(dead).thenApply(outcome -> became(dead, outcome))
                            : CompletableFuture.completedFuture(Settled.One.refused(
                                    id.text(),
                                    dead.group(),
                                    "FORBIDDEN",
                                    "you have no permission on this consumer group")));
        }
        ids.stream()
                .filter(missing::contains)
                .forEach(id -> asked.add(CompletableFuture.completedFuture(Settled.One.notFound(
                        id.text(), "no dead letter has this message id; all of them: ./pledgemq dead list"))));
        return Settled.of(asked.stream().map(CompletableFuture::join).toList());
    }
}
