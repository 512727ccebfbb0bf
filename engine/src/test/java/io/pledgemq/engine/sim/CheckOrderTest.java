package io.pledgemq.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.state.Pending;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order in which senders are asked about a half message. */
class CheckOrderTest {
    private static final int ANSWER_MS = 50;
    private static final Sender BOOKS_1 = new Sender("books", "b-1", true);
    private static final Sender BOOKS_2 = new Sender("books", "b-2", true);
    private static final Sender STRANGER = Sender.ofTopic("trx", "s-1");

    private final Machine machine = machine();

    private static Machine machine() {
        SimOptions usual = Script.OPTIONS;
        CheckPolicy checks = new CheckPolicy(1_000, 1_000, 3, ANSWER_MS);
        Machine machine = new Machine(
                new SimOptions(usual.log(), 0, 1, new int[4], true, false, checks, usual.weights(), usual.rows()),
                new SplittableRandom(1));
        machine.openingMayFail = false;
        return machine;
    }

    @BeforeEach
    void topic() {
        machine.recover();
        machine.submit(new Command.CreateTopic(new TopicConfig("trx", TopicType.TRANSACTION)));
        machine.turn();
    }

    private void prepare(Sender sender) {
        prepare("t-1", sender);
    }

    private void prepare(String id, Sender sender) {
        Message message = Message.of(id, "trx", new byte[10]);
        machine.model.messages.put(id, new ModelMessage(message, sender, 0));
        machine.submit(new Command.Prepare(message, sender, 0), message);
        machine.turn();
    }

    private ModelMessage message(String id) {
        return Objects.requireNonNull(machine.model.messages.get(id));
    }

    /** The instances that are asked in this turn. */
    private List<String> asked() {
        machine.questions.clear();
        machine.turn();
        return machine.questions.stream()
                .map(asked -> asked.session().sender.instance())
                .toList();
    }

    private Pending pending() {
        return machine.writer().state().pending();
    }

    private Outcome unknown(String instance) {
        machine.takeAnswered();
        machine.unknown(new Command.AnswerUnknown(0, pending().transactionId(0), instance, "busy"));
        machine.turn();
        return machine.takeAnswered().get(0).answer().join();
    }

    /** All alerts except those about missing senders. */
    private List<Alert> alerts() {
        return machine.alerts.stream()
                .filter(alert -> alert.kind() != Alert.Kind.NO_SENDER)
                .toList();
    }

    private void silent(String instance) {
        silent(instance, Silence.NOT_MINE);
    }

    private void silent(String instance, Silence why) {
        machine.silent(0, pending().transactionId(0), instance, why);
    }

    @Test
    void otherProducersAreAskedWhenNoInstanceOfTheServiceIsConnected() {
        prepare(BOOKS_1);
        machine.connect(STRANGER, 4);
        assertThat(asked()).containsExactly("s-1");
    }

    @Test
    void otherProducersAreNotAskedIfOnlyTheServiceMayAnswer() {
        prepare(new Sender("books", "b-1"));
        machine.connect(STRANGER, 4);
        machine.connect(Sender.ofTopic("trx", "b-1"), 4);
        assertThat(asked()).isEmpty();
        assertThat(pending().checks(0)).isZero();
        machine.connect(new Sender("books", "b-2"), 4);
        assertThat(asked()).containsExactly("b-2");
    }

    @Test
    void thePreparingInstanceItsServiceAndOtherProducersAreAskedInThisOrderInOneCheck() {
        prepare(BOOKS_1);
        machine.connect(STRANGER, 4);
        machine.connect(BOOKS_2, 4);
        machine.connect(BOOKS_1, 4);
        machine.connect(Sender.ofTopic("trx", "b-1"), 4);
        assertThat(asked()).containsExactly("b-1");
        assertThat(asked()).isEmpty();
        machine.clock.advance(ANSWER_MS);
        assertThat(asked()).containsExactly("b-2");
        silent("b-2");
        assertThat(asked()).containsExactly("s-1");
        machine.clock.advance(ANSWER_MS);
        assertThat(asked())
                .as("b-1 is connected as a producer too, and was asked")
                .isEmpty();
        assertThat(pending().checks(0)).isEqualTo(1);
        machine.clock.advance(1_000);
        assertThat(asked()).containsExactly("b-1");
        assertThat(pending().checks(0)).isEqualTo(2);
    }

    @Test
    void aBusyPreparingInstanceIsWaitedForUntilItDisconnects() {
        SimSession busy = machine.connect(BOOKS_1, 1);
        machine.connect(BOOKS_2, 4);
        machine.connect(STRANGER, 4);
        prepare(BOOKS_1);
        for (String id : List.of("t-2", "t-3")) {
            Message message = Message.of(id, "trx", new byte[10]);
            machine.model.messages.put(id, new ModelMessage(message, BOOKS_1, 0));
            machine.submit(new Command.Prepare(message, BOOKS_1, 0), message);
        }
        assertThat(asked()).isEmpty();
        assertThat(unknown("b-1")).isEqualTo(Outcome.DONE);
        assertThat(machine.model.messages.values())
                .as("it can take another question")
                .anyMatch(message -> message.id().equals("t-2") && message.asked.equals(List.of("b-1")));
        machine.disconnect(busy);
        machine.clock.advance(1);
        assertThat(asked()).contains("b-2").doesNotContain("b-1");
    }

    @Test
    void theTimeForAnAnswerBeginsWithTheAnswerToTheQuestionBefore() {
        SimSession owner = machine.connect(BOOKS_1, 3);
        for (String id : List.of("t-1", "t-2", "t-3")) {
            prepare(id, BOOKS_1);
            assertThat(message(id).asked).containsExactly("b-1");
        }
        machine.connect(BOOKS_2, 4);
        for (String id : List.of("t-1", "t-2", "t-3")) {
            machine.clock.advance(ANSWER_MS - 1);
            assertThat(asked()).as("it is busy with those before " + id).isEmpty();
            decide(id, "b-1");
        }
        machine.disconnect(owner);
    }

    @Test
    void aLostQuestionTimesOutAlthoughLaterOnesAreAnswered() {
        SimSession owner = machine.connect(BOOKS_1, 3);
        for (String id : List.of("t-1", "t-2", "t-3")) {
            prepare(id, BOOKS_1);
        }
        machine.connect(BOOKS_2, 4);
        machine.clock.advance(ANSWER_MS - 1);
        decide("t-2", "b-1");
        machine.clock.advance(1);
        assertThat(asked())
                .as("t-1 only: t-3 comes after the one that was answered")
                .containsExactly("b-2");
        assertThat(message("t-1").asked).containsExactly("b-1", "b-2");
        machine.clock.advance(ANSWER_MS - 2);
        assertThat(asked()).isEmpty();
        machine.clock.advance(1);
        machine.turn();
        assertThat(message("t-3").asked).containsExactly("b-1", "b-2");
        machine.disconnect(owner);
    }

    private void decide(String id, String instance) {
        ModelMessage message = message(id);
        machine.submit(new Command.Decide(
                message.transactionId, message.message.id(), Decision.COMMIT, Party.check(instance)));
        machine.turn();
    }

    @Test
    void thePreparingInstanceIsWaitedForOnlyWhileItAnswers() {
        SimSession slow = machine.connect(BOOKS_1, 1);
        for (String id : List.of("t-1", "t-2", "t-3")) {
            prepare(id, BOOKS_1);
        }
        machine.connect(BOOKS_2, 4);
        machine.clock.advance(ANSWER_MS - 1);
        assertThat(unknown("b-1")).isEqualTo(Outcome.DONE);
        assertThat(message("t-2").asked).containsExactly("b-1");
        machine.clock.advance(ANSWER_MS - 1);
        assertThat(asked()).as("it answered less than that ago").isEmpty();

        machine.clock.advance(1);
        machine.turn();
        assertThat(message("t-2").asked).containsExactly("b-1", "b-2");
        assertThat(message("t-3").asked)
                .as("it can take a question, and is asked first")
                .containsExactly("b-1");
        prepare("t-4", BOOKS_1);
        assertThat(message("t-4").asked).as("it has not answered since").containsExactly("b-2");

        machine.submit(new Command.Decide(
                message("t-3").transactionId, message("t-3").message.id(), Decision.COMMIT, Party.check("b-1")));
        machine.turn();
        prepare("t-5", BOOKS_1);
        prepare("t-6", BOOKS_1);
        assertThat(message("t-5").asked).containsExactly("b-1");
        assertThat(message("t-6").asked).as("it answers again").isEmpty();
        machine.disconnect(slow);
    }

    private void commit(String id) {
        machine.submit(new Command.Decide(
                message(id).transactionId, message(id).message.id(), Decision.COMMIT, Party.check("b-1")));
        machine.turn();
    }

    @Test
    void anInstanceWithSeveralQuestionsHasTheTimeForEachWhileItAnswers() {
        machine.connect(BOOKS_1, 4);
        for (String id : List.of("t-1", "t-2", "t-3", "t-4")) {
            prepare(id, BOOKS_1);
        }
        machine.connect(BOOKS_2, 4);
        for (String id : List.of("t-1", "t-2")) {
            machine.clock.advance(ANSWER_MS - 1);
            commit(id);
            assertThat(asked()).as("it goes on answering").isEmpty();
        }
        machine.clock.advance(ANSWER_MS - 1);
        commit("t-4");
        machine.clock.advance(3);
        assertThat(asked()).as("the third has had the time of three").containsExactly("b-2");
        assertThat(message("t-3").asked).containsExactly("b-1", "b-2");
    }

    @Test
    void anInstanceWithSeveralQuestionsIsWaitedForOnlyWhileItAnswers() {
        machine.connect(BOOKS_1, 4);
        for (String id : List.of("t-1", "t-2", "t-3")) {
            prepare(id, BOOKS_1);
        }
        machine.connect(BOOKS_2, 4);
        machine.clock.advance(ANSWER_MS - 1);
        commit("t-1");
        machine.clock.advance(ANSWER_MS - 1);
        assertThat(asked()).isEmpty();
        machine.clock.advance(1);
        assertThat(asked()).containsExactly("b-2", "b-2");
    }

    @Test
    void aMessageInTheReusedSlotOfAHeldOneIsAskedAboutAtOnce() {
        machine.connect(BOOKS_1, 1);
        machine.connect(BOOKS_2, 4);
        prepare("t-1", BOOKS_1);
        prepare("t-2", BOOKS_1);
        assertThat(message("t-2").asked).isEmpty();
        machine.submit(new Command.Decide(
                message("t-2").transactionId, message("t-2").message.id(), Decision.COMMIT, Party.sender("b-1")));
        machine.turn();

        prepare("t-3", BOOKS_2);

        assertThat(message("t-3").asked).containsExactly("b-2");
    }

    @Test
    void onlyTheAskedInstanceEndsTheCheck() {
        prepare(BOOKS_1);
        machine.connect(BOOKS_1, 4);
        assertThat(asked()).containsExactly("b-1");
        machine.connect(BOOKS_2, 4);
        assertThat(unknown("b-2")).isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                .isEqualTo(Refusal.NOT_ASKED));
        silent("b-2");
        machine.turn();
        machine.clock.advance(ANSWER_MS);
        assertThat(asked()).as("b-1 did not answer in time").containsExactly("b-2");
        assertThat(unknown("b-1")).as("it comes late, and is noted").isEqualTo(Outcome.DONE);
        machine.clock.advance(ANSWER_MS - 1);
        assertThat(asked()).as("b-2 still has time").isEmpty();
        assertThat(unknown("b-2")).isEqualTo(Outcome.DONE);
        machine.connect(STRANGER, 4);
        assertThat(asked())
                .as("an answer came: no other instance is asked in this check")
                .isEmpty();
    }

    @Test
    void anInstanceThatDisconnectedWhileAskedIsAskedAgain() {
        prepare(BOOKS_1);
        SimSession lost = machine.connect(BOOKS_1, 4);
        assertThat(asked()).containsExactly("b-1");
        machine.connect(BOOKS_1, 4);
        machine.disconnect(lost);
        assertThat(asked()).containsExactly("b-1");
        assertThat(pending().checks(0)).isEqualTo(1);
    }

    @Test
    void theServiceIsAskedWhenItReconnectsWhileOthersAreBusy() {
        machine.connect(STRANGER, 1);
        prepare(BOOKS_1);
        Message second = Message.of("t-2", "trx", new byte[10]);
        machine.model.messages.put("t-2", new ModelMessage(second, BOOKS_1, 0));
        machine.submit(new Command.Prepare(second, BOOKS_1, 0), second);
        assertThat(asked()).isEmpty();
        machine.connect(BOOKS_2, 4);
        machine.clock.advance(1);
        assertThat(asked()).as("the stranger cannot take the second question").contains("b-2");
        assertThat(Objects.requireNonNull(machine.model.messages.get("t-2")).asked)
                .containsExactly("b-2");
    }

    @Test
    void silenceUsesUpNoCheckAndAnUnavailableDatabaseIsAskedAgainWithGrowingPauses() {
        SimOptions usual = Script.OPTIONS;
        CheckPolicy growing = new CheckPolicy(1_000, 4_000, 2, ANSWER_MS);
        Machine world = new Machine(
                new SimOptions(usual.log(), 0, 1, new int[4], true, false, growing, usual.weights(), usual.rows()),
                new SplittableRandom(1));
        world.openingMayFail = false;
        world.recover();
        world.submit(new Command.CreateTopic(new TopicConfig("trx", TopicType.TRANSACTION)));
        Message message = Message.of("t-1", "trx", new byte[10]);
        ModelMessage known = new ModelMessage(message, BOOKS_1, 0);
        world.model.messages.put("t-1", known);
        world.connect(BOOKS_1, 4);
        world.connect(BOOKS_2, 4);
        world.submit(new Command.Prepare(message, BOOKS_1, 0), message);
        world.turn();
        Pending pending = world.writer().state().pending();
        for (long pause : new long[] {1_000, 2_000, 4_000, 4_000}) {
            world.turn();
            world.silent(0, known.transactionId, "b-1", Silence.DATABASE_AWAY);
            world.turn();
            world.silent(0, known.transactionId, "b-2", Silence.NOT_SEEN);
            world.turn();
            world.turn();
            assertThat(pending.state(0)).isEqualTo(Pending.UNDECIDED);
            assertThat(pending.checks(0)).isZero();
            assertThat(pending.due(0) - world.writer().state().engineMs()).isEqualTo(pause);
            world.clock.advance(pause);
        }
        assertThat(world.alerts).extracting(Alert::kind).containsExactly(Alert.Kind.DATABASE_AWAY);
    }

    @Test
    void aRoundOfSilenceParksTheMessageAndTheNextSenderIsAskedOnceMore() {
        prepare(BOOKS_1);
        machine.connect(BOOKS_1, 4);
        machine.connect(BOOKS_2, 4);
        assertThat(asked()).containsExactly("b-1");
        silent("b-1", Silence.NOT_SEEN);
        assertThat(asked()).containsExactly("b-2");
        silent("b-2", Silence.NOT_MINE);
        machine.turn();
        machine.turn();
        assertThat(pending().state(0)).isEqualTo(Pending.PARKED);
        assertThat(alerts()).singleElement().satisfies(alert -> assertThat(alert.text())
                .contains("lacks what was there", "no key")
                .doesNotContain("null"));

        machine.connect(new Sender("books", "b-3", true), 4);
        assertThat(asked()).isEmpty();
        assertThat(asked()).as("asked by itself").hasSize(1);
        for (String instance : List.of("b-1", "b-2", "b-3")) {
            silent(instance, Silence.NOT_SEEN);
            machine.turn();
            machine.turn();
        }
        assertThat(pending().state(0)).isEqualTo(Pending.PARKED);
        assertThat(alerts()).as("alerted once").hasSize(1);
        machine.clock.advance(100_000);
        assertThat(asked()).as("once for each connection").isEmpty();
    }

    @Test
    void aMissedAnswerMakesACheckCountDespiteSilences() {
        prepare(BOOKS_1);
        machine.connect(BOOKS_1, 4);
        machine.connect(BOOKS_2, 4);
        assertThat(asked()).containsExactly("b-1");
        silent("b-1", Silence.NOT_SEEN);
        assertThat(asked()).containsExactly("b-2");
        machine.clock.advance(ANSWER_MS);
        machine.turn();
        assertThat(pending().state(0)).isEqualTo(Pending.UNDECIDED);
        assertThat(pending().checks(0)).isEqualTo(1);
    }

    @Test
    void aMessageInTheOutboxIsNeitherCountedNorParked() {
        prepare(BOOKS_1);
        machine.connect(BOOKS_1, 4);
        for (int round = 0; round < 5; round++) {
            assertThat(asked()).containsExactly("b-1");
            silent("b-1", Silence.IN_OUTBOX);
            machine.turn();
            machine.turn();
            machine.clock.advance(1_000);
        }
        assertThat(pending().state(0)).isEqualTo(Pending.UNDECIDED);
        assertThat(pending().checks(0)).isZero();
        assertThat(alerts()).isEmpty();
    }

    @Test
    void aParkedMessageIsAskedAboutOnceWhenASenderConnects() {
        prepare(BOOKS_1);
        SimSession first = machine.connect(BOOKS_1, 4);
        for (int check = 0; check < 3; check++) {
            assertThat(asked()).containsExactly("b-1");
            assertThat(unknown("b-1")).isEqualTo(Outcome.DONE);
            machine.clock.advance(1_000);
        }
        machine.turn();
        assertThat(pending().state(0)).isEqualTo(Pending.PARKED);
        machine.disconnect(first);
        machine.clock.advance(60_000);
        machine.connect(BOOKS_2, 4);
        assertThat(asked()).isEmpty();
        assertThat(asked()).containsExactly("b-2");
        assertThat(unknown("b-2")).isEqualTo(Outcome.DONE);
        machine.clock.advance(1_000);
        machine.turn();
        assertThat(pending().state(0)).isEqualTo(Pending.PARKED);
        assertThat(alerts()).extracting(Alert::kind).containsExactly(Alert.Kind.PARKED);
    }

    @Test
    void manyParkedMessagesAreAskedAboutNoFasterThanTheSenderAnswers() {
        SimSession first = machine.connect(BOOKS_1, 1_000);
        int messages = 600;
        for (int i = 0; i < messages; i++) {
            prepare("t-" + i, BOOKS_1);
        }
        machine.turn();
        for (SimSession.Asked asked : List.copyOf(machine.questions)) {
            machine.silent(asked.request().slot(), asked.request().transactionId(), "b-1", Silence.NOT_SEEN);
        }
        machine.turn();
        machine.turn();
        assertThat(pending().parked()).isEqualTo(messages);
        machine.disconnect(first);
        machine.turn();

        machine.connect(BOOKS_2, 2);
        for (int turn = 0; turn < 10; turn++) {
            machine.turn();
        }
        assertThat(pending().parked())
                .as("few are asked about at a time")
                .isBetween(messages - 2 * 256, messages - 256);
        for (int turn = 0; turn < 2 * messages && pending().used() > 0; turn++) {
            for (SimSession.Asked asked : List.copyOf(machine.questions)) {
                var request = asked.request();
                machine.submit(new Command.Decide(
                        request.transactionId(), request.message().id(), Decision.COMMIT, Party.check("b-2")));
            }
            machine.questions.clear();
            machine.turn();
        }
        assertThat(pending().used()).isZero();
    }
}
