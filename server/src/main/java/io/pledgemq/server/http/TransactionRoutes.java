package io.pledgemq.server.http;

import static io.pledgemq.server.http.Field.Kind.FLAG;
import static io.pledgemq.server.http.Field.Kind.MESSAGE_ID;
import static io.pledgemq.server.http.Field.Kind.MESSAGE_IDS;
import static io.pledgemq.server.http.Field.Kind.NAME;
import static io.pledgemq.server.http.Field.Kind.TEXT;
import static io.pledgemq.server.http.Field.Kind.TIME;

import io.pledgemq.engine.OperatorDesk;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.view.Page;
import io.pledgemq.engine.view.UndecidedView;
import io.pledgemq.server.access.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Undecided half messages: list, show, check again, commit, roll back. */
final class TransactionRoutes {
    private static final Field IDS =
            Field.body("ids", MESSAGE_IDS, "Ids of the messages.").needed();
    private static final Field REASON = Field.body(
                    "reason", TEXT, "Why, for the messages' histories and the audit log.")
            .needed();

    private final OperatorDesk desk;

    TransactionRoutes(OperatorDesk desk) {
        this.desk = desk;
    }

    /**
     * A half message that nobody has decided.
     *
     * @param id of the message
     * @param state undecided: its sender is asked; parked: checks are exhausted, a person decides
     * @param checks how often its sender was asked
     * @param nextCheckSeconds until the next question; 0 when due now or parked
     */
    record TransactionAnswer(
            String id,
            String topic,
            @Nullable String key,
            @Nullable String tag,
            String state,
            int checks,
            String preparedAt,
            long nextCheckSeconds,
            int sizeBytes) {

        static TransactionAnswer of(UndecidedView view) {
            Message message = view.message();
            return new TransactionAnswer(
                    message.id().text(),
                    message.topic(),
                    message.key(),
                    message.tag(),
                    view.parked() ? "parked" : "undecided",
                    view.checks(),
                    Instant.ofEpochMilli(view.preparedAtMs()).toString(),
                    (view.nextCheckInMs() + 999) / 1_000,
                    message.body().length);
        }
    }

    /**
     * A page of half messages. It may be shorter than asked for, even empty, and have a next one: each page looks at a
     * bounded number of them.
     */
    record TransactionList(
            List<TransactionAnswer> items, @Nullable String next) {}

    /** A half message with the newest thousand events of its history. */
    record TransactionHistory(TransactionAnswer transaction, List<HistoryAnswer> history) {}

    /** What one person decides about a half message. */
    private interface Deciding {
        CompletableFuture<Outcome> decide(UndecidedView view);
    }

    Stream<Route> routes() {
        return Stream.of(
                Route.get("/transactions", "tx.list")
                        .does("Lists undecided half messages.")
                        .on(Target.EACH)
                        .with(
                                Field.query("topic", NAME, "Of this topic only."),
                                Field.query("key", TEXT, "With this business key only."),
                                Field.query("parked", FLAG, "true: parked ones only; false: others only."),
                                Field.query("before", TIME, "Prepared before this moment only."),
                                Field.cursor(),
                                Field.limit())
                        .answers(TransactionList.class, this::list),
                Route.get("/transactions/{id}", "tx.show")
                        .does("Shows an undecided half message with its history.")
                        .on(Target.EACH)
                        .with(Field.path("id", MESSAGE_ID, "Id of the message."))
                        .answers(TransactionHistory.class, this::show),
                Route.post("/transactions/check", "tx.check")
                        .does("Asks the senders of half messages again, parked or not.")
                        .on(Target.EACH)
                        .with(IDS, Field.reason(Field.Place.BODY))
                        .answers(
                                Settled.class,
                                call -> each(
                                        call,
                                        view -> desk.checkAgain(
                                                view.transactionId(),
                                                view.message().id(),
                                                call.operator()))),
                Route.post("/transactions/commit", "tx.commit")
                        .does("Commits half messages in place of their senders.")
                        .on(Target.EACH)
                        .with(IDS, REASON)
                        .answers(Settled.class, call -> decide(call, Decision.COMMIT)),
                Route.post("/transactions/rollback", "tx.rollback")
                        .does("Rolls half messages back in place of their senders.")
                        .on(Target.EACH)
                        .with(IDS, REASON)
                        .answers(Settled.class, call -> decide(call, Decision.ROLLBACK)));
    }

    private TransactionList list(Call call) throws AdminProblem {
        Predicate<UndecidedView> wanted = wanted(call);
        int limit = call.limit();
        List<TransactionAnswer> items = new ArrayList<>();
        Page<UndecidedView> page = desk.undecided(call.numericCursor(), limit);
        for (int pages = 1; ; pages++) {
            page.items().stream().filter(wanted).map(TransactionAnswer::of).forEach(items::add);
            // A page is read in whole, so what is asked for next fits what is missing.
            if (page.next() < 0 || items.size() >= limit || pages >= Scan.MAX_PAGES) {
                return new TransactionList(items, Scan.next(page.next()));
            }
            page = desk.undecided(page.next(), limit - items.size());
        }
    }

    private static Predicate<UndecidedView> wanted(Call call) {
        String topic = call.filter("topic");
        String key = call.filter("key");
        Optional<Boolean> parked = call.givenFlag("parked");
        long before = call.time("before").map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
        return view -> (topic.isEmpty() || topic.equals(view.message().topic()))
                && (key.isEmpty() || view.message().hasKey(key))
                && (parked.isEmpty() || parked.get() == view.parked())
                && view.preparedAtMs() < before
                && call.may(Resource.topic(view.message().topic()));
    }

    private TransactionHistory show(Call call) throws AdminProblem {
        MessageId id = call.id("id");
        UndecidedView view = desk.undecided(id)
                .orElseThrow(() -> AdminProblem.notFound(
                        "UNKNOWN_TRANSACTION",
                        "no undecided half message has the id " + id + ".",
                        "see what became of it: ./pledgemq message show " + id));
        call.require(Resource.topic(view.message().topic()));
        return new TransactionHistory(TransactionAnswer.of(view), HistoryAnswer.of(desk.history(id)));
    }

    private Settled decide(Call call, Decision decision) {
        return each(
                call, view -> desk.decide(view.transactionId(), view.message().id(), decision, call.operator()));
    }

    private Settled each(Call call, Deciding deciding) {
        List<CompletableFuture<Settled.One>> asked = new ArrayList<>();
        for (MessageId id : call.ids()) {
            Optional<UndecidedView> view = desk.undecided(id);
            if (view.isEmpty()) {
                asked.add(CompletableFuture.completedFuture(Settled.One.notFound(
                        id.text(),
                        "no undecided half message has this id; see what became of it: ./pledgemq message show "
                                + id)));
            } else if (!call.may(Resource.topic(view.get().message().topic()))) {
                asked.add(CompletableFuture.completedFuture(Settled.One.refused(
                        id.text(), null, "FORBIDDEN", "you have no permission on the topic of this message")));
            } else {
                asked.add(deciding.decide(view.get()).thenApply(outcome -> Settled.One.of(id.text(), null, outcome)));
            }
        }
        return Settled.of(asked.stream().map(CompletableFuture::join).toList());
    }
}
