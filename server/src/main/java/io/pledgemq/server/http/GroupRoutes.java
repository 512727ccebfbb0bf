package io.pledgemq.server.http;

import static io.pledgemq.server.http.Field.Kind.CHOICE;
import static io.pledgemq.server.http.Field.Kind.FLAG;
import static io.pledgemq.server.http.Field.Kind.NAME;
import static io.pledgemq.server.http.Field.Kind.NUMBER;
import static io.pledgemq.server.http.Field.Kind.TEXT;
import static io.pledgemq.server.http.Field.Kind.TIME;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.view.GroupView;
import io.pledgemq.engine.view.SubscriptionView;
import io.pledgemq.engine.view.TopicView;
import io.pledgemq.server.access.Resource;
import io.pledgemq.server.catalog.Catalog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Consumer groups: list, show, create, change, pause, reset, delete. */
final class GroupRoutes {
    private static final Field GROUP =
            Field.path("group", NAME, "Name of the consumer group, for a new one 120 characters at most.");

    private static final Field EVEN_IF_UNSETTLED = Field.query(
            "evenIfUnsettled", FLAG, "Also with leased messages or open dead letters, which are dropped then.");

    private final Engine engine;
    private final Catalog catalog;

    GroupRoutes(Engine engine, Catalog catalog) {
        this.engine = engine;
        this.catalog = catalog;
    }

    /**
     * A consumer group.
     *
     * @param retry pauses between attempts, such as {@code exponential:1000:2.0:600000:20}
     * @param onExhausted park or compensate
     * @param lag messages not settled, in all subscriptions
     * @param dead open dead letters, in all subscriptions
     */
    record GroupSummary(
            String name,
            boolean fifo,
            int maxAttempts,
            String retry,
            String onExhausted,
            boolean deadLetterBlocks,
            boolean paused,
            int topics,
            long lag,
            long dead) {}

    /** A page of groups, by name. */
    record GroupList(List<GroupSummary> items, @Nullable String next) {}

    /**
     * A group's progress on a topic; the counters are those since it subscribed.
     *
     * @param lag messages not settled: fresh, leased and waiting
     * @param lagSeconds age of the oldest of these, up to a minute too much; 0 without
     * @param fresh not yet delivered for the first time
     * @param waiting for their next attempt, or behind an older message of their message group
     * @param dead open dead letters
     * @param full so many are not settled that it gets no new messages until some are ({@code limits.unsettled},
     *     {@code limits.unsettled-per-subscription})
     */
    record SubscriptionAnswer(
            String topic,
            long lag,
            long lagSeconds,
            long fresh,
            int leased,
            int waiting,
            int dead,
            long delivered,
            long acked,
            long failed,
            long skipped,
            long deadTotal,
            boolean full) {

        static SubscriptionAnswer of(SubscriptionView view, long nowMs) {
            return new SubscriptionAnswer(
                    view.topic(),
                    view.lag(),
                    view.oldestMs() == 0 ? 0 : Math.max(0, nowMs - view.oldestMs()) / 1000,
                    view.fresh(),
                    view.leased(),
                    view.waiting(),
                    view.dead(),
                    view.totals().delivered(),
                    view.totals().acked(),
                    view.totals().failed(),
                    view.totals().skipped(),
                    view.totals().dead(),
                    view.full());
        }
    }

    /** A group with its subscriptions, the first 500 by topic. */
    record GroupAnswer(GroupSummary group, List<SubscriptionAnswer> subscriptions) {}

    /** Which subscriptions were moved. */
    record ResetAnswer(List<String> topics) {}

    Stream<Route> routes() {
        return Stream.concat(configuration(), progress());
    }

    private Stream<Route> configuration() {
        return Stream.of(
                Route.get("/groups", "group.list")
                        .does("Lists consumer groups by name.")
                        .on(Target.EACH)
                        .with(Field.cursor(), Field.limit())
                        .answers(GroupList.class, this::list),
                Route.get("/groups/{group}", "group.show")
                        .does("Shows a consumer group with its subscriptions.")
                        .on(Target.GROUP)
                        .with(GROUP)
                        .answers(GroupAnswer.class, this::show),
                Route.put("/groups/{group}", "group.put")
                        .does("Creates a consumer group, or changes what is given of it and leaves the rest.")
                        .on(Target.GROUP)
                        .with(
                                GROUP,
                                Field.body("fifo", FLAG, "Keeps the order of each message group."),
                                Field.body("maxAttempts", NUMBER, "Deliveries before a dead letter, 1 to 10000."),
                                Field.body(
                                        "retry",
                                        TEXT,
                                        "Pauses between attempts: fixed:PAUSE:JITTER, linear:INITIAL:STEP:CAP:JITTER,"
                                                + " exponential:INITIAL:FACTOR:CAP:JITTER or list:PAUSE,PAUSE:JITTER,"
                                                + " in milliseconds and percent."),
                                Field.body("onExhausted", CHOICE, "What happens after the last attempt.")
                                        .oneOf("park", "compensate"),
                                Field.body(
                                        "deadLetterBlocks",
                                        FLAG,
                                        "FIFO: an open dead letter holds up its message group."),
                                Field.reason(Field.Place.BODY))
                        .answers(GroupAnswer.class, this::put),
                Route.delete("/groups/{group}", "group.delete")
                        .does("Deletes a group with its progress, its dead letters and their topic.")
                        .on(Target.GROUP)
                        .with(GROUP, EVEN_IF_UNSETTLED, Field.reason(Field.Place.QUERY))
                        .answers(Done.class, this::delete));
    }

    private Stream<Route> progress() {
        return Stream.of(
                Route.post("/groups/{group}/reset", "group.reset")
                        .does("Moves a group's progress, so that it gets messages again or skips them."
                                + " Dead letters stay.")
                        .on(Target.GROUP)
                        .with(
                                GROUP,
                                Field.body("topic", NAME, "One topic only; without it all that it subscribes to."),
                                Field.body("to", CHOICE, "Where to.")
                                        .oneOf("earliest", "latest", "time", "offset")
                                        .needed(),
                                Field.body("time", TIME, "For `time`: messages published from then on come again."),
                                Field.body("offset", NUMBER, "For `offset`: the next message; needs a topic."),
                                Field.reason(Field.Place.BODY))
                        .answers(ResetAnswer.class, this::reset),
                Route.post("/groups/{group}/pause", "group.pause")
                        .does("Stops delivery to a group; leases that are out go on.")
                        .on(Target.GROUP)
                        .with(GROUP, Field.reason(Field.Place.BODY))
                        .answers(
                                Done.class,
                                call -> Done.check(
                                        engine.pauseGroup(call.text("group")).join())),
                Route.post("/groups/{group}/resume", "group.resume")
                        .does("Delivers to a paused group again.")
                        .on(Target.GROUP)
                        .with(GROUP, Field.reason(Field.Place.BODY))
                        .answers(
                                Done.class,
                                call -> Done.check(
                                        engine.resumeGroup(call.text("group")).join())),
                Route.delete("/groups/{group}/subscriptions/{topic}", "group.unsubscribe")
                        .does("Ends a group's subscription, and forgets its progress and its dead letters there.")
                        .on(Target.GROUP)
                        .with(
                                GROUP,
                                Field.path("topic", NAME, "Name of the topic."),
                                EVEN_IF_UNSETTLED,
                                Field.reason(Field.Place.QUERY))
                        .answers(Done.class, this::unsubscribe));
    }

    private GroupList list(Call call) throws AdminProblem {
        var page = Pages.byName(
                engine.desk().groups().join().stream()
                        .filter(call.mayAt(
                                group -> Resource.group(group.config().name()))),
                (GroupView group) -> group.config().name(),
                call.given("cursor"),
                call.limit());
        return new GroupList(page.items().stream().map(GroupRoutes::summary).toList(), page.next());
    }

    private GroupAnswer show(Call call) throws AdminProblem {
        return find(call.text("group"));
    }

    private GroupAnswer find(String name) throws AdminProblem {
        GroupView group = known(name);
        long nowMs = System.currentTimeMillis();
        return new GroupAnswer(
                summary(group),
                group.subscriptions().stream()
                        .sorted(Comparator.comparing(SubscriptionView::topic))
                        .limit(Field.MAX_LIMIT)
                        .map(subscription -> SubscriptionAnswer.of(subscription, nowMs))
                        .toList());
    }

    private GroupView known(String name) throws AdminProblem {
        return engine.desk()
                .group(name)
                .join()
                .orElseThrow(() -> AdminProblem.notFound(
                        "UNKNOWN_GROUP",
                        "there is no consumer group '" + name + "'.",
                        "see the groups there are: GET /admin/v1/groups, ./pledgemq group list."));
    }

    private GroupAnswer put(Call call) throws AdminProblem {
        String name = call.text("group");
        GroupConfig old = catalog.group(name);
        GroupConfig from = old == null ? catalog.newGroup(name, false) : old;
        Optional<String> retry = call.given("retry");
        Optional<OnExhausted> exhausted =
                call.given("onExhausted").map(word -> OnExhausted.valueOf(word.toUpperCase(Locale.ROOT)));
        GroupConfig wanted = new GroupConfig(
                name,
                call.givenFlag("fifo").orElse(from.fifo()),
                (int) Math.min(Integer.MAX_VALUE, call.number("maxAttempts").orElse((long) from.maxAttempts())),
                retry.isPresent() ? policy(retry.get()) : from.retry(),
                exhausted.orElse(from.onExhausted()),
                call.givenFlag("deadLetterBlocks").orElse(from.deadLetterBlocks()));
        call.changed(old, wanted);
        Done.check(catalog.putGroup(wanted).join());
        return find(name);
    }

    private static RetryPolicy policy(String text) throws AdminProblem {
        try {
            return RetryPolicy.parse(text);
        } catch (IllegalArgumentException e) {
            throw AdminProblem.illegal(String.valueOf(e.getMessage()), "write it in one of these forms.");
        }
    }

    private ResetAnswer reset(Call call) throws AdminProblem {
        String name = call.text("group");
        Optional<String> only = call.given("topic");
        List<String> topics = known(name).subscriptions().stream()
                .map(SubscriptionView::topic)
                .filter(topic -> only.isEmpty() || topic.equals(only.get()))
                .sorted()
                .toList();
        if (topics.isEmpty()) {
            throw AdminProblem.notFound(
                    "NOT_SUBSCRIBED",
                    "group '" + name + "' does not subscribe to "
                            + only.map(topic -> "'" + topic + "'").orElse("any topic") + ".",
                    "see what it subscribes to: ./pledgemq group show " + name);
        }
        checkPlace(call);
        List<TopicView> known = engine.desk().topics().join();
        List<String> moved = new ArrayList<>();
        for (TopicView topic : known) {
            if (topics.contains(topic.name())) {
                Done.check(move(call, topic));
                moved.add(topic.name());
            }
        }
        call.changed(null, moved + " to " + call.text("to"));
        return new ResetAnswer(moved);
    }

    private static void checkPlace(Call call) throws AdminProblem {
        String to = call.text("to");
        if (to.equals("time") != call.time("time").isPresent()) {
            throw AdminProblem.illegal("`time` is given with to=time, and only then.", "give both or none.");
        }
        if (to.equals("offset") != call.number("offset").isPresent()) {
            throw AdminProblem.illegal("`offset` is given with to=offset, and only then.", "give both or none.");
        }
        if (to.equals("offset") && call.given("topic").isEmpty()) {
            throw AdminProblem.illegal("an offset means something in one topic only.", "give the topic too.");
        }
    }

    private Outcome move(Call call, TopicView topic) {
        String group = call.text("group");
        return switch (call.text("to")) {
            case "earliest" ->
                engine.rewind(group, topic.name(), topic.firstOffset()).join();
            case "latest" ->
                engine.rewind(group, topic.name(), topic.endOffset()).join();
            case "time" ->
                engine.rewindToTime(
                                group,
                                topic.name(),
                                call.time("time").orElse(Instant.EPOCH).toEpochMilli())
                        .join();
            default ->
                engine.rewind(group, topic.name(), call.number("offset").orElse(0L))
                        .join();
        };
    }

    private Done delete(Call call) throws AdminProblem {
        String name = call.text("group");
        call.changed(catalog.group(name), null);
        return Done.check(
                catalog.deleteGroup(name, call.flag("evenIfUnsettled")).join());
    }

    private Done unsubscribe(Call call) throws AdminProblem {
        return Done.check(catalog.unsubscribe(call.text("group"), call.text("topic"), call.flag("evenIfUnsettled"))
                .join());
    }

    private static GroupSummary summary(GroupView view) {
        GroupConfig group = view.config();
        return new GroupSummary(
                group.name(),
                group.fifo(),
                group.maxAttempts(),
                group.retry().text(),
                group.onExhausted().name().toLowerCase(Locale.ROOT),
                group.deadLetterBlocks(),
                view.paused(),
                view.subscriptions().size(),
                view.lag(),
                view.dead());
    }
}
