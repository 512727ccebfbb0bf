package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.CheckRequest;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.DeliveryKind;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.view.DeadLetterView;
import io.pledgemq.engine.view.HistoryEvent;
import io.pledgemq.engine.view.UndecidedView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Half messages that their sender does not decide: asked about, parked, alerted, decided by a person. */
@Timeout(60)
class OperatorDeskTest {
    private static final Sender ORDER_SERVICE = new Sender("orders", "orders-1");
    private static final int MAX_CHECKS = 3;
    private static final CheckPolicy AT_ONCE = new CheckPolicy(1, 5, MAX_CHECKS, 30_000);
    private static final Party ANN = Party.operator("ann", "the order is in the books");

    private final BlockingQueue<Alert> alerts = new LinkedBlockingQueue<>();
    private final Message message = Message.of("order-1", "order-created", new byte[] {1});

    @TempDir
    Path directory;

    private Engine engine;

    @BeforeEach
    void open() throws IOException {
        open(AT_ONCE);
    }

    private void open(CheckPolicy checks) throws IOException {
        engine = Engine.open(
                directory, EngineConfig.defaults().withChecks(checks).withOnAlert(alerts::add));
        engine.createTopic(new TopicConfig("order-created", TopicType.TRANSACTION))
                .join();
        engine.putGroup(GroupConfig.of("warehouse")).join();
        engine.subscribe("warehouse", "order-created", true).join();
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
    }

    @Test
    void aMessageItsSenderCannotDecideIsParkedAndAPersonDecides() throws InterruptedException {
        engine.connectSender(ORDER_SERVICE, this::answerUnknown, 10);
        long transactionId = prepare();

        Alert parked = nextAlert();
        assertThat(parked.kind()).isEqualTo(Alert.Kind.PARKED);
        assertThat(parked.subject()).isEqualTo(message.id().text());
        assertThat(undecided()).singleElement().satisfies(view -> {
            assertThat(view.parked()).isTrue();
            assertThat(view.checks()).isEqualTo(MAX_CHECKS);
        });
        assertThat(engine.desk().stats().join().parked()).isEqualTo(1);

        Outcome withoutReason = decide(transactionId, Party.operator("ann", " "));
        assertThat(withoutReason).isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                .isEqualTo(Refusal.ILLEGAL_ARGUMENT));
        assertThat(decide(transactionId, ANN)).isEqualTo(new Outcome.Decided(Decision.COMMIT, false));

        assertThat(delivered()).containsExactly(message.id());
        assertThat(undecided()).isEmpty();
        assertThat(engine.desk().history(message.id()))
                .extracting(HistoryEvent::party)
                .anyMatch(party -> party.contains("ann"));
    }

    @Test
    void aSenderThatContradictsThePersonIsRefusedAndAlerted() throws InterruptedException {
        engine.connectSender(ORDER_SERVICE, this::answerUnknown, 10);
        long transactionId = prepare();
        assertThat(nextAlert().kind()).isEqualTo(Alert.Kind.PARKED);
        decide(transactionId, ANN);

        Outcome same = engine.decide(transactionId, message.id(), Decision.COMMIT, Party.sender("orders-1"))
                .join();
        assertThat(same).isEqualTo(new Outcome.Decided(Decision.COMMIT, true));
        assertThat(alerts).isEmpty();

        Outcome contrary = engine.decide(transactionId, message.id(), Decision.ROLLBACK, Party.sender("orders-1"))
                .join();
        assertThat(contrary).isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                .isEqualTo(Refusal.CONTRARY_DECISION));
        Alert alert = nextAlert();
        assertThat(alert.kind()).isEqualTo(Alert.Kind.CONTRARY_DECISION);
        assertThat(alert.subject()).isEqualTo(message.id().text());
        assertThat(delivered()).as("the first decision stands").containsExactly(message.id());
    }

    @Test
    void withoutAConnectedSenderAnAlertIsRaisedAndNoCheckIsCounted() throws InterruptedException {
        long transactionId = prepare();

        assertThat(nextAlert().kind()).isEqualTo(Alert.Kind.NO_SENDER);
        assertThat(undecided()).singleElement().satisfies(view -> {
            assertThat(view.parked()).isFalse();
            assertThat(view.checks()).isZero();
        });

        CompletableFuture<CheckRequest> asked = new CompletableFuture<>();
        engine.connectSender(ORDER_SERVICE, requests -> asked.complete(requests.get(0)), 10);
        assertThat(asked.join().number()).as("the first check").isEqualTo(1);
        Outcome outcome = engine.decide(transactionId, message.id(), Decision.COMMIT, Party.check("orders-1"))
                .join();
        assertThat(outcome).isEqualTo(new Outcome.Decided(Decision.COMMIT, false));
        assertThat(delivered()).containsExactly(message.id());
    }

    @Test
    void afterAStartNoAlertIsRaisedBeforeSendersHadTimeToConnect() throws Exception {
        prepare();
        assertThat(nextAlert().kind()).isEqualTo(Alert.Kind.NO_SENDER);
        engine.close();
        open();
        while (undecided().get(0).nextCheckInMs() > 0) {
            Thread.onSpinWait();
        }
        assertThat(engine.desk().stats().join().undecided()).as("turns go by").isEqualTo(1);

        CompletableFuture<CheckRequest> asked = new CompletableFuture<>();
        engine.connectSender(ORDER_SERVICE, requests -> asked.complete(requests.get(0)), 10);

        assertThat(asked.join().message().id()).isEqualTo(message.id());
        assertThat(alerts).isEmpty();
    }

    @Test
    void afterAStartMissingSendersRaiseTheAlertWithoutOtherTraffic() throws Exception {
        prepare();
        assertThat(nextAlert().kind()).isEqualTo(Alert.Kind.NO_SENDER);
        engine.close();
        long before = System.nanoTime();
        open(new CheckPolicy(1, 5, MAX_CHECKS, 30_000, 200));

        Alert alert = nextAlert();
        assertThat(alert.kind()).isEqualTo(Alert.Kind.NO_SENDER);
        assertThat(alert.subject()).isEqualTo("order-created");
        assertThat(System.nanoTime() - before)
                .isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
    }

    @Test
    void anUndoThatFailedIsRetriedOrSkippedAndNeverCompensated() throws IOException {
        String topic = TopicConfig.UNDO_PREFIX + "order-created";
        engine.createTopic(new TopicConfig(topic, TopicType.NORMAL)).join();
        engine.subscribe("warehouse", topic, true).join();
        engine.send(Message.of("undo-1", topic, new byte[] {1})).join();
        ReceiveRequest request =
                new ReceiveRequest("warehouse", topic, "w-1", 1, Duration.ofSeconds(5), Duration.ofSeconds(30));
        Outcome received = engine.receive(request, null).join();
        fail(((Outcome.Received) received).deliveries().get(0), Failure.terminal("no such order"));

        refused(engine.desk().compensate(dead(), ANN), Refusal.ILLEGAL_ARGUMENT, "retry it, or skip it");
        assertThat(dead().status()).isEqualTo(DeadLetterView.Status.OPEN);
        assertThat(engine.desk().skip(dead(), ANN).join()).isEqualTo(Outcome.DONE);
    }

    @Test
    void noGroupThatGetsUndosCompensatesByItself() {
        String topic = TopicConfig.UNDO_PREFIX + "order-created";
        engine.createTopic(new TopicConfig(topic, TopicType.NORMAL)).join();
        GroupConfig parking = GroupConfig.of("undoing");
        engine.putGroup(parking).join();
        engine.subscribe("undoing", topic, true).join();
        GroupConfig compensating = parking.withOnExhausted(OnExhausted.COMPENSATE);

        refused(engine.putGroup(compensating), Refusal.ILLEGAL_ARGUMENT, "nothing undoes those");
        assertThat(engine.unsubscribe("undoing", topic, false).join()).isEqualTo(Outcome.DONE);
        assertThat(engine.putGroup(compensating).join()).isEqualTo(Outcome.DONE);
        refused(engine.subscribe("undoing", topic, true), Refusal.ILLEGAL_ARGUMENT, "nothing undoes those");
    }

    @Test
    void aCompensationWhoseGroupIsGoneForGoodIsClosedByHandWithItsReason() throws IOException {
        Party ann = Party.operator("ann", "warehouse 2 was shut down, order 4711 was cancelled by hand");
        long transactionId = prepare();
        decide(transactionId, ann);
        fail(receive().get(0), Failure.terminal("no shelf"));
        refused(engine.desk().closeCompensation(dead(), ann), Refusal.NOT_OPEN, "can be skipped");

        engine.desk().compensate(dead(), ann).join();
        assertThat(dead().status()).isEqualTo(DeadLetterView.Status.COMPENSATING);
        refused(engine.desk().skip(dead(), ann), Refusal.NOT_OPEN, "not open");
        Delivery order = receive().get(0);
        assertThat(order.kind()).isEqualTo(DeliveryKind.COMPENSATE);
        refused(engine.desk().closeCompensation(dead(), ann), Refusal.NOT_OPEN, "at this moment");
        fail(order, new Failure("the database is away", true, false, 3_600_000));
        refused(
                engine.desk().closeCompensation(dead(), Party.operator("ann", " ")),
                Refusal.ILLEGAL_ARGUMENT,
                "needs a reason");

        DeadLetterView stuck = dead();
        assertThat(engine.desk().deadLettersOf("", List.of(MessageId.of("other"), message.id())))
                .extracting(DeadLetterView::slot)
                .containsExactly(stuck.slot());
        assertThat(engine.desk().deadLettersOf("warehouse", List.of(message.id())))
                .hasSize(1);
        assertThat(engine.desk().deadLettersOf("other", List.of(message.id()))).isEmpty();
        assertThat(engine.desk().closeCompensation(stuck, ann).join()).isEqualTo(Outcome.DONE);
        refused(engine.desk().closeCompensation(stuck, ann), Refusal.NOT_OPEN, "settled already");
        refused(engine.ack(order.receipt(), "client-1", ""), Refusal.LEASE_EXPIRED, "is over");
        assertThat(engine.desk().history(message.id()))
                .filteredOn(event -> event.text().contains("CLOSE_COMPENSATION"))
                .singleElement()
                .satisfies(event -> assertThat(event.toString()).contains("ann", "order 4711 was cancelled by hand"));

        engine.close();
        open();
        assertThat(engine.desk().deadLetters("", 0, 10).items()).isEmpty();
    }

    private DeadLetterView dead() {
        return engine.desk().deadLetters("", 0, 10).items().get(0);
    }

    private void fail(Delivery delivery, Failure failure) {
        assertThat(engine.fail(delivery.receipt(), "client-1", failure).join()).isInstanceOf(Outcome.Failed.class);
    }

    private static void refused(CompletableFuture<Outcome> answer, Refusal why, String words) {
        assertThat(answer.join()).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.why()).isEqualTo(why);
            assertThat(refused.text()).contains(words);
        });
    }

    private void answerUnknown(List<CheckRequest> requests) {
        for (CheckRequest request : requests) {
            var unused =
                    engine.answerUnknown(request.slot(), request.transactionId(), "orders-1", "the database is away");
        }
    }

    private long prepare() {
        Outcome outcome =
                engine.prepare(message, ORDER_SERVICE, Duration.ofMillis(1)).join();
        return ((Outcome.Stored) outcome).position();
    }

    private Outcome decide(long transactionId, Party by) {
        return engine.desk()
                .decide(transactionId, message.id(), Decision.COMMIT, by)
                .join();
    }

    private Alert nextAlert() throws InterruptedException {
        Alert alert = alerts.poll(30, TimeUnit.SECONDS);
        assertThat(alert).as("an alert within 30 s").isNotNull();
        return alert;
    }

    private List<UndecidedView> undecided() {
        return engine.desk().undecided(0, 10).items();
    }

    private List<MessageId> delivered() {
        return receive().stream().map(delivery -> delivery.message().id()).toList();
    }

    private List<Delivery> receive() {
        ReceiveRequest request = new ReceiveRequest(
                "warehouse", "order-created", "client-1", 32, Duration.ofSeconds(10), Duration.ofSeconds(30));
        return ((Outcome.Received) engine.receive(request, null).join()).deliveries();
    }
}
