package io.pledgemq.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.State;
import org.junit.jupiter.api.Test;

/** Answers of a handler whose lease ran out, while no other receiver got the message. */
class LateFailureTest {
    private static final long LEASE_MS = 100;

    private final Machine machine = Script.machine(1);

    private Outcome run(Command command) {
        machine.takeAnswered();
        machine.submit(command);
        machine.turn();
        return machine.takeAnswered().get(0).answer().join();
    }

    /** The receipt of a message whose lease ran out; the next attempt is a minute away. */
    private Receipt expired(OnExhausted onExhausted) {
        machine.recover();
        run(new Command.CreateTopic(new TopicConfig("plain", TopicType.NORMAL)));
        run(new Command.PutGroup(GroupConfig.of("all")
                .withRetry(5, new RetryPolicy.Fixed(60_000, 0))
                .withOnExhausted(onExhausted)));
        run(new Command.Subscribe("all", "plain", true));
        Message message = Message.of("a", "plain", new byte[10]);
        machine.model.messages.put("a", new ModelMessage(message, null, 0));
        machine.submit(new Command.Send(message), message);
        machine.turn();
        machine.takeAnswered();
        Delivery delivery = receive();
        machine.clock.advance(LEASE_MS);
        machine.turn();
        return delivery.receipt();
    }

    private Delivery receive() {
        machine.receive("all", "plain", 1, 0, LEASE_MS, null);
        machine.turn();
        return ((Outcome.Received) machine.takeAnswered().get(0).answer().join())
                .deliveries()
                .get(0);
    }

    private static Command fail(Receipt receipt, boolean terminal) {
        return new Command.Fail(receipt, "client", "no such article", true, terminal, -1);
    }

    @Test
    void aTerminalFailureIsADeadLetterAtOnce() {
        Receipt receipt = expired(OnExhausted.PARK);
        assertThat(run(fail(receipt, true))).isEqualTo(new Outcome.Failed(true, 0));
        assertThat(run(fail(receipt, true))).isInstanceOf(Outcome.Refused.class);
        machine.crash(true);
        State state = machine.writer().state();
        assertThat(state.deliveries().state(receipt.slot())).isEqualTo(Deliveries.DEAD);
        machine.readAll();
    }

    @Test
    void aTerminalFailureIsCompensatedAtOnceIfTheGroupWantsIt() {
        Receipt receipt = expired(OnExhausted.COMPENSATE);
        assertThat(run(fail(receipt, true))).isEqualTo(new Outcome.Failed(true, 0));
        assertThat(receive().reason()).isEqualTo("no such article");
    }

    @Test
    void anyOtherFailureIsCountedAlready() {
        Receipt receipt = expired(OnExhausted.PARK);
        assertThat(run(fail(receipt, false))).isEqualTo(new Outcome.Failed(false, 60_000));
    }
}
