package io.pledgemq.server.http;

import static io.pledgemq.server.http.Field.Kind.NAME;
import static io.pledgemq.server.http.Field.Kind.NUMBER;
import static io.pledgemq.server.http.Field.Kind.TEXT;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.view.GroupView;
import io.pledgemq.engine.view.SubscriptionView;
import io.pledgemq.engine.view.TopicView;
import io.pledgemq.server.access.Resource;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.catalog.TopicEntry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Topics: list, show, create, delete. */
final class TopicRoutes {
    private static final Field TOPIC = Field.path("topic", NAME, "Name of the topic.");

    private final Engine engine;
    private final Catalog catalog;

    TopicRoutes(Engine engine, Catalog catalog) {
        this.engine = engine;
        this.catalog = catalog;
    }

    /**
     * A topic; its counters are those since it was created.
     *
     * @param queues how many queues clients see
     * @param undecided undecided, parked and delayed messages
     * @param firstOffset of the first message that is kept
     * @param endOffset of the next message
     * @param groups consumer groups that subscribe to it
     */
    record TopicAnswer(
            String name,
            String type,
            int queues,
            long stored,
            long committed,
            long rolledBack,
            int undecided,
            long firstOffset,
            long endOffset,
            List<String> groups) {}

    /** A page of topics, by name. */
    record TopicList(List<TopicAnswer> items, @Nullable String next) {}

    Stream<Route> routes() {
        return Stream.of(
                Route.get("/topics", "topic.list")
                        .does("Lists topics by name.")
                        .on(Target.EACH)
                        .with(Field.cursor(), Field.limit())
                        .answers(TopicList.class, this::list),
                Route.get("/topics/{topic}", "topic.show")
                        .does("Shows a topic.")
                        .on(Target.TOPIC)
                        .with(TOPIC)
                        .answers(TopicAnswer.class, this::show),
                Route.put("/topics/{topic}", "topic.create")
                        .does(
                                "Creates a topic, or changes its number of queues; also fine if it is there just so. A topic's type"
                                        + " never changes.")
                        .on(Target.TOPIC)
                        .with(
                                TOPIC,
                                Field.body("type", TEXT, "What may be sent to it.")
                                        .oneOf("NORMAL", "FIFO", "DELAY", "TRANSACTION")
                                        .needed(),
                                Field.body(
                                        "queues", NUMBER, "Queues that clients see, 1 to 64. Default 8, or as it was."),
                                Field.reason(Field.Place.BODY))
                        .answers(TopicAnswer.class, this::create),
                Route.delete("/topics/{topic}", "topic.delete")
                        .does("Deletes a topic without subscriptions and without undecided or delayed messages.")
                        .on(Target.TOPIC)
                        .with(TOPIC, Field.reason(Field.Place.QUERY))
                        .answers(Done.class, this::delete));
    }

    private TopicList list(Call call) throws AdminProblem {
        List<GroupView> groups = engine.desk().groups().join();
        var page = Pages.byName(
                engine.desk().topics().join().stream().filter(call.mayAt(topic -> Resource.topic(topic.name()))),
                TopicView::name,
                call.given("cursor"),
                call.limit());
        return new TopicList(
                page.items().stream().map(topic -> answer(topic, groups)).toList(), page.next());
    }

    private TopicAnswer show(Call call) throws AdminProblem {
        return find(call.text("topic"));
    }

    private TopicAnswer find(String name) throws AdminProblem {
        Optional<TopicView> found = engine.desk().topics().join().stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst();
        return answer(
                found.orElseThrow(() -> unknown(name)), engine.desk().groups().join());
    }

    private static AdminProblem unknown(String name) {
        return AdminProblem.notFound(
                "UNKNOWN_TOPIC",
                "there is no topic '" + name + "'.",
                "see the topics there are: GET /admin/v1/topics, ./pledgemq topic list.");
    }

    private TopicAnswer create(Call call) throws AdminProblem {
        String name = call.text("topic");
        TopicEntry old = catalog.topic(name);
        long queues = call.number("queues").orElse((long) (old == null ? TopicConfig.USUAL_QUEUES : old.queues()));
        TopicConfig config =
                new TopicConfig(name, TopicType.valueOf(call.text("type")), (int) Math.min(Integer.MAX_VALUE, queues));
        call.changed(old, config);
        Done.check(catalog.createTopic(config).join());
        return find(name);
    }

    private Done delete(Call call) throws AdminProblem {
        String name = call.text("topic");
        call.changed(catalog.topic(name), null);
        return Done.check(catalog.deleteTopic(name).join());
    }

    private TopicAnswer answer(TopicView topic, List<GroupView> groups) {
        return new TopicAnswer(
                topic.name(),
                topic.type().name(),
                topic.queues(),
                topic.stored(),
                topic.committed(),
                topic.rolledBack(),
                topic.pending(),
                topic.firstOffset(),
                topic.endOffset(),
                groups.stream()
                        .flatMap(group -> group.subscriptions().stream())
                        .filter(subscription -> subscription.topic().equals(topic.name()))
                        .map(SubscriptionView::group)
                        .sorted()
                        .limit(Field.MAX_LIMIT)
                        .toList());
    }
}
