package io.pledgemq.examples.demo;

import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.OperatorDesk;
import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Command.SettleDead;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.LogFullException;
import io.pledgemq.engine.log.UnsupportedFormatException;
import io.pledgemq.engine.recovery.RecoveryException;
import io.pledgemq.engine.view.DeadLetterView;
import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.engine.view.FindRequest;
import io.pledgemq.engine.view.Page;
import io.pledgemq.engine.view.SubscriptionView;
import io.pledgemq.engine.view.TopicView;
import io.pledgemq.examples.demo.OrderJob.Parked;
import io.pledgemq.sdk.embedded.EmbeddedTransport;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The engine in this process, with its files in the root of the run's directory. It asks earlier than an engine does by
 * default.
 */
final class EmbeddedDesk implements EngineDesk {

    private static final Duration FIRST_CHECK = Duration.ofSeconds(1);
    private static final CheckPolicy CHECKS = new CheckPolicy(500, 10_000, 50, 5_000);
    private static final int PAGE = 500;

    /** The action of the event, alone or before its reason. */
    private static final Predicate<String> SKIP = Pattern.compile(
                    SettleDead.Action.SKIP.name() + "(: .*)?", Pattern.DOTALL)
            .asMatchPredicate();

    private final EmbeddedTransport transport;

    private EmbeddedDesk(EmbeddedTransport transport) {
        this.transport = transport;
    }

    static EmbeddedDesk open(DataDirectory directory, Consumer<Map<String, ?>> alerts) throws DemoException {
        EngineConfig config =
                EngineConfig.defaults().withChecks(CHECKS).withOnAlert(alert -> alerts.accept(json(alert)));
        try {
            return new EmbeddedDesk(EmbeddedTransport.open(directory.root(), config, FIRST_CHECK));
        } catch (LogFullException e) {
            throw new DemoException(
                    "Cannot open the engine in " + directory.root() + ".",
                    "its disk is full.",
                    "free space there, then start again with --data " + directory.root());
        } catch (UnsupportedFormatException e) {
            throw new DemoException(
                    "Cannot open the engine in " + directory.root() + ".", e, "use the PledgeMQ that wrote it.");
        } catch (EngineUnavailableException e) {
            throw new DemoException(
                    "Cannot open the engine in " + directory.root() + ".",
                    e,
                    "check its disk, permissions and free space, then start again with --data " + directory.root());
        } catch (LogException | RecoveryException e) {
            throw new DemoException(
                    "Cannot open the engine in " + directory.root() + ".",
                    e,
                    "./pledgemq log verify --data " + directory.root());
        }
    }

    private static Map<String, String> json(Alert alert) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("kind", alert.kind().name());
        fields.put("subject", alert.subject());
        fields.put("text", alert.text());
        return fields;
    }

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public long unsettled() {
        EngineStats stats = stats();
        long onTheWay = (long) stats.undecided() - stats.parked();
        for (SubscriptionView view : stats.subscriptions()) {
            onTheWay += view.fresh() + view.leased() + view.waiting();
        }
        return onTheWay;
    }

    @Override
    public EngineFigures figures(long undecidedResolved) {
        EngineStats stats = stats();
        Map<String, Long> ends =
                stats.topics().stream().collect(Collectors.toMap(TopicView::name, TopicView::endOffset));
        long redeliveries = 0;
        long deadLetters = 0;
        for (SubscriptionView view : stats.subscriptions()) {
            long deliveredOnce = ends.getOrDefault(view.topic(), 0L)
                    - view.fresh()
                    - view.totals().skipped();
            redeliveries += view.totals().delivered() - deliveredOnce;
            deadLetters += view.totals().dead();
        }
        return new EngineFigures(undecidedResolved, redeliveries, deadLetters);
    }

    @Override
    public void compensateParked(String topic) {
        Party by =
                Party.operator(System.getProperty("user.name", ""), "the run goes on with --on-exhausted compensate");
        open(Set.of(topic)).stream()
                .map(dead -> transport.engine().desk().compensate(dead, by))
                .toList()
                .forEach(CompletableFuture::join);
    }

    @Override
    public List<Parked> parked(String topic) {
        return open(Set.of(topic, Transport.UNDO_PREFIX + topic)).stream()
                .map(dead -> new Parked(
                        String.valueOf(dead.message().key()),
                        dead.message().id().text(),
                        dead.reason(),
                        dead.message().topic().startsWith(Transport.UNDO_PREFIX)))
                .toList();
    }

    private List<DeadLetterView> open(Set<String> topics) {
        OperatorDesk desk = transport.engine().desk();
        List<DeadLetterView> open = new ArrayList<>();
        int cursor = 0;
        do {
            Page<DeadLetterView> page = desk.deadLetters("", cursor, PAGE);
            page.items().stream()
                    .filter(dead -> dead.status() == DeadLetterView.Status.OPEN
                            && topics.contains(dead.message().topic()))
                    .forEach(open::add);
            cursor = page.next();
        } while (cursor > 0);
        return open;
    }

    @Override
    public Set<String> skipped(String topic, Collection<String> orderIds) {
        long settled = stats().subscriptions().stream()
                .filter(view -> view.topic().equals(topic) || view.topic().equals(Transport.UNDO_PREFIX + topic))
                .mapToLong(view -> view.totals().dead() - view.dead())
                .sum();
        return settled == 0
                ? Set.of()
                : orderIds.stream().filter(order -> wasSkipped(topic, order)).collect(Collectors.toSet());
    }

    /** An order has several messages if its prepare was tried again, or if it was to be undone. */
    private boolean wasSkipped(String topic, String orderId) {
        OperatorDesk desk = transport.engine().desk();
        return Stream.of(topic, Transport.UNDO_PREFIX + topic)
                .flatMap(each -> desk.find(FindRequest.byKey(each, orderId)).items().stream())
                .flatMap(message -> desk.history(message.id()).stream())
                .anyMatch(event -> event.type() == CommandType.SETTLE_DEAD && SKIP.test(event.text()));
    }

    private EngineStats stats() {
        return transport.engine().desk().stats().join();
    }

    @Override
    public void close() {
        transport.close();
    }
}
