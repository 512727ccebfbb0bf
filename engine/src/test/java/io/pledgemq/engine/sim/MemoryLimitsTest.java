package io.pledgemq.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Command.SettleDead;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.ForceListener;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.LeaseTerms;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageFilter;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.engine.view.StatsCollector;
import io.pledgemq.engine.view.SubscriptionView;
import io.pledgemq.engine.writer.Receive;
import io.pledgemq.engine.writer.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However many messages stay undecided or unsettled, a named limit is reached before the heap is full. */
class MemoryLimitsTest {
    private static final Limits.Rows ROWS = new Limits.Rows(3, 2, 10, 4, 1_000);
    private static final long PAUSE_MS = 100;
    private static final long LATER_MS = 10_000;
    private static final Sender SENDER = new Sender("orders", "o-1");
    private static final Party OPERATOR = Party.operator("ann", "because");

    private final SimClock clock = new SimClock(1, 1_000_000);
    private final List<Alert> alerts = new ArrayList<>();
    private final Writer writer = new Writer(
            new State(),
            Log.open(new SimStorage(1), new LogConfig(1 << 16, 8000, 1), 1),
            Limits.DEFAULT.withRows(ROWS),
            CheckPolicy.DEFAULT,
            clock,
            new Writer.Outside(Runnable::run, Runnable::run, alerts::add, ForceListener.NONE));

    @BeforeEach
    void catalog() {
        for (TopicType type : TopicType.values()) {
            run(new Command.CreateTopic(new TopicConfig(type.name(), type)));
        }
        for (String group : List.of("g-1", "g-2", "g-3")) {
            run(new Command.PutGroup(GroupConfig.of(group).withRetry(2, new RetryPolicy.Fixed(PAUSE_MS, 0))));
            run(new Command.Subscribe(group, "NORMAL", true));
        }
    }

    private Outcome run(Command command) {
        CompletableFuture<Outcome> answer = writer.submit(command);
        writer.runOnce();
        return answer.join();
    }

    private Outcome prepare(String id) {
        return run(new Command.Prepare(Message.of(id, "TRANSACTION", new byte[1]), SENDER, LATER_MS));
    }

    private Outcome send(String id, long delayMs) {
        String topic = delayMs > 0 ? "DELAY" : "NORMAL";
        return run(new Command.Send(
                Message.of(id, topic, new byte[1]).withDeliverAtMs(delayMs > 0 ? clock.wallMs() + delayMs : 0)));
    }

    private static long position(Outcome stored) {
        return ((Outcome.Stored) stored).position();
    }

    private Outcome decide(Outcome prepared, String id, Decision decision) {
        return run(new Command.Decide(
                position(prepared), Message.of(id, "TRANSACTION", new byte[0]).id(), decision, Party.sender("o-1")));
    }

    private static void refused(Outcome outcome, Refusal why, String... words) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.why()).isEqualTo(why);
            assertThat(refused.text()).contains(words);
        });
    }

    private CompletableFuture<Outcome> ask(String group, int max, long waitMs, @Nullable MessageFilter filter) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        LeaseTerms terms = LeaseTerms.of(LATER_MS);
        return writer.submit(new Receive(group, "NORMAL", "client", max, waitMs, terms, false, filter, answer));
    }

    private List<Delivery> receive(String group, int max) {
        CompletableFuture<Outcome> answer = ask(group, max, 0, null);
        writer.runOnce();
        return deliveries(answer);
    }

    private List<Delivery> deliveries(CompletableFuture<Outcome> answer) {
        clock.advance(1);
        writer.runOnce();
        assertThat(answer).isDone();
        return ((Outcome.Received) answer.join()).deliveries();
    }

    private Outcome fail(Delivery delivery) {
        return run(new Command.Fail(delivery.receipt(), "client", "away", true, false, -1));
    }

    private Outcome acknowledge(Delivery delivery) {
        return run(new Command.Ack(delivery.receipt(), "client", ""));
    }

    private EngineStats stats() {
        CompletableFuture<EngineStats> stats = StatsCollector.of(writer);
        writer.runOnce();
        return stats.join();
    }

    private List<String> full() {
        return stats().subscriptions().stream()
                .filter(SubscriptionView::full)
                .map(SubscriptionView::group)
                .toList();
    }

    private List<String> alerted() {
        return alerts.stream()
                .filter(alert -> alert.kind() == Alert.Kind.LIMIT_REACHED)
                .map(Alert::subject)
                .toList();
    }

    @Test
    void withTooManyPendingNothingNewIsPreparedButEverythingIsDecided() {
        Outcome first = prepare("t-1");
        Outcome second = prepare("t-2");
        send("d-1", LATER_MS);
        assertThat(stats().pending()).isEqualTo(3);

        refused(prepare("t-3"), Refusal.TOO_MANY_PENDING, "pending=3", "2 undecided and 1 delayed", "decide");
        refused(send("d-2", LATER_MS), Refusal.TOO_MANY_PENDING, "pending=3");
        assertThat(prepare("t-1")).as("stored before").isEqualTo(new Outcome.Stored(position(first), true));
        assertThat(send("p-1", 0)).as("published at once").isInstanceOf(Outcome.Stored.class);
        assertThat(alerted()).as("alerted once").containsExactly("pending");

        assertThat(decide(first, "t-1", Decision.COMMIT)).isInstanceOf(Outcome.Decided.class);
        assertThat(prepare("t-3")).isInstanceOf(Outcome.Stored.class);
        assertThat(decide(second, "t-2", Decision.ROLLBACK)).isInstanceOf(Outcome.Decided.class);
        assertThat(prepare("t-4")).isInstanceOf(Outcome.Stored.class);
        refused(prepare("t-5"), Refusal.TOO_MANY_PENDING, "pending=3");
        assertThat(alerted()).as("some were free meanwhile").containsExactly("pending", "pending");
    }

    @Test
    void tooManyDelayedMessagesDoNotStopTransactions() {
        send("d-1", LATER_MS);
        send("d-2", LATER_MS);
        refused(send("d-3", LATER_MS), Refusal.TOO_MANY_DELAYED, "delayed=2", "recall");
        assertThat(prepare("t-1")).isInstanceOf(Outcome.Stored.class);
        assertThat(alerted()).containsExactly("delayed");
        clock.advance(LATER_MS);
        writer.runOnce();
        assertThat(send("d-3", LATER_MS)).as("their time has come").isInstanceOf(Outcome.Stored.class);
    }

    @Test
    void aCommitIsNeverRefusedBecauseOfMemory() {
        List<Outcome> prepared = new ArrayList<>();
        for (String id : List.of("t-1", "t-2", "t-3")) {
            Message message = Message.of(id, "DELAY", new byte[1]).withDeliverAtMs(clock.wallMs() + LATER_MS);
            prepared.add(run(new Command.Prepare(message, SENDER, LATER_MS)));
        }
        for (int i = 0; i < 3; i++) {
            assertThat(decide(prepared.get(i), "t-" + (i + 1), Decision.COMMIT)).isInstanceOf(Outcome.Decided.class);
        }
        assertThat(writer.state().pending().delayed()).isEqualTo(3);
        Message message = Message.of("t-4", "DELAY", new byte[1]).withDeliverAtMs(clock.wallMs() + LATER_MS);
        clock.advance(1);
        refused(run(new Command.Prepare(message, SENDER, 1)), Refusal.TOO_MANY_PENDING, "3 delayed");
    }

    @Test
    void aGroupThatSettlesNothingGetsOnlyItsRetries() {
        for (int i = 0; i < 6; i++) {
            send("m-" + i, 0);
        }
        List<Delivery> deliveries = receive("g-1", 10);
        assertThat(deliveries).hasSize(4);
        assertThat(full()).containsExactly("g-1");
        assertThat(alerted()).as("no receiver asked for more").isEmpty();

        deliveries.forEach(this::fail);
        assertThat(receive("g-1", 10)).isEmpty();
        assertThat(alerted()).containsExactly("g-1");
        assertThat(receive("g-2", 1)).as("another group").hasSize(1);

        clock.advance(PAUSE_MS);
        assertThat(receive("g-1", 10)).as("second attempts").hasSize(4).allSatisfy(delivery -> assertThat(
                        delivery.attempt())
                .isEqualTo(2));
    }

    @Test
    void deadLettersCountUntilTheyAreSettled() {
        for (int i = 0; i < 6; i++) {
            send("m-" + i, 0);
        }
        for (Delivery delivery : receive("g-1", 10)) {
            run(new Command.Fail(delivery.receipt(), "client", "never", true, true, -1));
        }
        CompletableFuture<Outcome> waiting = ask("g-1", 10, LATER_MS, null);
        writer.runOnce();
        assertThat(waiting).isNotDone();
        assertThat(alerts)
                .filteredOn(alert -> alert.kind() == Alert.Kind.LIMIT_REACHED)
                .singleElement()
                .satisfies(alert -> assertThat(alert.text())
                        .contains("topic 'NORMAL'", "4 are open dead letters", "unsettledPerSubscription=4"));
        // The first slot: rows are allocated in order.
        run(new SettleDead(0, writer.state().deliveries().position(0), SettleDead.Action.SKIP, OPERATOR, null));
        assertThat(deliveries(waiting)).as("as soon as the limit allows it").hasSize(1);
        assertThat(full()).containsExactly("g-1");
    }

    @Test
    void allGroupsTogetherHaveALimitToo() {
        for (int i = 0; i < 6; i++) {
            send("m-" + i, 0);
        }
        List<Delivery> first = receive("g-1", 4);
        receive("g-2", 4);
        assertThat(receive("g-3", 4)).as("ten in all").hasSize(2);
        CompletableFuture<Outcome> waiting = ask("g-3", 1, LATER_MS, null);
        writer.runOnce();
        assertThat(waiting).isNotDone();
        assertThat(alerted()).containsExactly("unsettled");
        assertThat(full()).containsExactly("g-1", "g-2", "g-3");
        acknowledge(first.get(0));
        assertThat(deliveries(waiting)).as("another group settled a message").hasSize(1);
    }

    @Test
    void messagesSkippedByAFilterDoNotCount() {
        for (int i = 0; i < 30; i++) {
            send("m-" + i, 0);
        }
        CompletableFuture<Outcome> answer =
                ask("g-1", 10, 0, message -> message.id().text().endsWith("9"));
        writer.runOnce();
        assertThat(deliveries(answer)).hasSize(3);
        assertThat(writer.state().deliveries().used()).isEqualTo(3);
    }
}
