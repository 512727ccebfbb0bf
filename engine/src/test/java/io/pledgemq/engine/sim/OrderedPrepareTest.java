package io.pledgemq.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.state.FrozenState;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Topic;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Ordered half messages of a message group are published in the order of their prepares, whichever is decided first.
 */
class OrderedPrepareTest {
    private static final Sender SENDER = new Sender("orders", "o-1");

    private final Machine machine = machine();

    private static Machine machine() {
        SimOptions usual = Script.OPTIONS;
        CheckPolicy checks = new CheckPolicy(100, 100, 1, 50);
        Machine machine = new Machine(
                new SimOptions(usual.log(), 0, 1, new int[4], true, false, checks, usual.weights(), usual.rows()),
                new SplittableRandom(1));
        machine.openingMayFail = false;
        return machine;
    }

    @BeforeEach
    void topic() {
        machine.recover();
        machine.submit(new Command.CreateTopic(new TopicConfig("fifo", TopicType.FIFO)));
        machine.turn();
    }

    private void prepare(String id, String group, boolean ordered) {
        prepare(id, group, ordered, 1_000_000);
    }

    private void prepare(String id, String group, boolean ordered, long firstCheckMs) {
        Message message = Message.of(id, "fifo", new byte[10]).withMessageGroup(group);
        ModelMessage known = new ModelMessage(message, SENDER, firstCheckMs);
        known.ordered = ordered;
        machine.model.messages.put(id, known);
        machine.submit(new Command.Prepare(message, SENDER, firstCheckMs, ordered), message);
        machine.turn();
    }

    private Outcome decide(String id, Decision decision) {
        machine.takeAnswered();
        ModelMessage message = Objects.requireNonNull(machine.model.messages.get(id));
        machine.submit(new Command.Decide(message.transactionId, MessageId.of(id), decision, Party.sender("o-1")));
        machine.turn();
        return machine.takeAnswered().get(0).answer().join();
    }

    private Outcome commit(String id) {
        return decide(id, Decision.COMMIT);
    }

    private List<String> published() {
        Topic topic = Objects.requireNonNull(machine.writer().state().topic("fifo"));
        List<String> ids = new ArrayList<>();
        for (long offset = topic.firstOffset(); offset < topic.endOffset(); offset++) {
            ids.add(Objects.requireNonNull(machine.model.atPosition(topic.position(offset)))
                    .id());
        }
        return ids;
    }

    @Test
    void aCommitIsAcceptedAndPublishedWhenTheEarlierOneIsDecided() {
        prepare("m-1", "a", true);
        prepare("m-2", "a", true);
        prepare("m-3", "a", true);
        assertThat(commit("m-3")).isEqualTo(new Outcome.Decided(Decision.COMMIT, false));
        assertThat(commit("m-2")).isEqualTo(new Outcome.Decided(Decision.COMMIT, false));
        assertThat(published()).isEmpty();
        assertThat(commit("m-2")).as("decided is decided").isEqualTo(new Outcome.Decided(Decision.COMMIT, true));
        assertThat(decide("m-2", Decision.ROLLBACK)).isInstanceOf(Outcome.Refused.class);
        assertThat(commit("m-1")).isEqualTo(new Outcome.Decided(Decision.COMMIT, false));
        assertThat(published()).containsExactly("m-1", "m-2", "m-3");
        assertThat(commit("m-3")).isEqualTo(new Outcome.Decided(Decision.COMMIT, true));
    }

    @Test
    void aRollbackReleasesTheNextMessages() {
        prepare("m-1", "a", true);
        prepare("m-2", "a", true);
        prepare("m-3", "a", true);
        prepare("m-4", "a", true);
        commit("m-2");
        commit("m-4");
        decide("m-1", Decision.ROLLBACK);
        assertThat(published()).containsExactly("m-2");
        decide("m-3", Decision.ROLLBACK);
        assertThat(published()).containsExactly("m-2", "m-4");
    }

    @Test
    void otherGroupsAndUnorderedMessagesAreNotHeldUp() {
        prepare("m-1", "a", true);
        prepare("m-2", "b", true);
        prepare("m-3", "a", false);
        commit("m-2");
        commit("m-3");
        assertThat(published()).containsExactly("m-2", "m-3");
        prepare("m-4", "c", false);
        prepare("m-5", "c", true);
        commit("m-5");
        assertThat(published()).as("only ordered messages are waited for").containsExactly("m-2", "m-3", "m-5");
    }

    @Test
    void aParkedMessageHoldsUpNoOtherEvenWhenItIsCheckedAgain() {
        machine.connect(SENDER, 4);
        prepare("m-1", "a", true, 0);
        prepare("m-2", "a", true);
        commit("m-2");
        machine.turn();
        ModelMessage first = Objects.requireNonNull(machine.model.messages.get("m-1"));
        machine.unknown(new Command.AnswerUnknown(0, first.transactionId, "o-1", "busy"));
        machine.turn();
        assertThat(published()).isEmpty();
        machine.clock.advance(1_000);
        machine.turn();
        assertThat(first.status).isEqualTo(ModelMessage.Status.PARKED);
        assertThat(published()).containsExactly("m-2");
        machine.submit(new Command.CheckAgain(first.transactionId, MessageId.of("m-1"), Party.operator("ann", "look")));
        machine.turn();
        prepare("m-3", "a", true);
        commit("m-3");
        assertThat(published()).containsExactly("m-2", "m-3");
        commit("m-1");
        assertThat(published()).containsExactly("m-2", "m-3", "m-1");
    }

    @Test
    void aRestartKeepsTheOrderWithAndWithoutASnapshot() {
        prepare("m-0", "a", true);
        decide("m-0", Decision.ROLLBACK);
        prepare("m-1", "a", true);
        prepare("m-2", "a", true);
        // Reuses the slot of a rolled-back message: slots are not in the order of the prepares.
        decide("m-1", Decision.ROLLBACK);
        prepare("m-3", "a", true);
        prepare("m-4", "a", true);
        commit("m-4");
        commit("m-3");
        machine.crash(true);
        machine.maintain(false, true);
        machine.crash(true);
        assertThat(published()).isEmpty();
        assertThat(commit("m-2")).isEqualTo(new Outcome.Decided(Decision.COMMIT, false));
        assertThat(published()).containsExactly("m-2", "m-3", "m-4");
    }

    @Test
    void aSnapshotOfTheOlderFormatIsRead() throws IOException {
        prepare("m-1", "a", false);
        State state = machine.writer().state();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.freeze().write(new DataOutputStream(bytes));
        byte[] older = bytes.toByteArray();
        assertThat(older[3]).isEqualTo((byte) 3);
        older[3] = 2;
        State read = FrozenState.read(new DataInputStream(new ByteArrayInputStream(older)));
        StateCheck.same(state, read, "format 2");
        older[3] = 1;
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> FrozenState.read(new DataInputStream(new ByteArrayInputStream(older)))))
                .hasMessageContaining("reads 2 and 3");
    }
}
