package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Command.SettleDead;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.state.Deliveries;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A rare order of events that random runs meet once in thousands, as a fixed test. */
class RewindTest {
    private final Machine machine = Script.machine(1);

    private void run(Command command) {
        machine.submit(command);
        machine.turn();
    }

    private void send(String id) {
        Message message = Message.of(id, "fifo", new byte[10]).withMessageGroup("one");
        machine.model.messages.put(id, new ModelMessage(message, null, 0));
        machine.submit(new Command.Send(message), message);
        machine.turn();
    }

    private List<Delivery> receive() {
        machine.takeAnswered();
        machine.receive("blocking", "fifo", 8, 0, 10_000, null);
        machine.turn();
        return machine.takeAnswered().stream()
                .filter(Machine::isLease)
                .flatMap(op -> ((Outcome.Received) op.answer().join()).deliveries().stream())
                .toList();
    }

    @Test
    void aDeadLetterThatBlocksIsRedrivenAfterARewindAndARestart() {
        machine.recover();
        run(new Command.CreateTopic(new TopicConfig("fifo", TopicType.FIFO)));
        run(new Command.PutGroup(GroupConfig.of("blocking")
                .withFifo(true)
                .withRetry(1, new RetryPolicy.Fixed(0, 0))
                .withDeadLetterBlocks(true)));
        run(new Command.Subscribe("blocking", "fifo", true));
        send("a");
        send("b");
        run(new Command.Ack(receive().get(0).receipt(), "client", ""));
        machine.clock.advance(1);
        run(new Command.Fail(receive().get(0).receipt(), "client", "no stock", true, false, -1));
        run(new Command.MoveCursor("blocking", "fifo", 0));
        receive();
        machine.crash(true);

        ModelGroup group = Objects.requireNonNull(machine.model.groups.get("blocking"));
        for (ModelSubscription subscription : group.subscriptions.values()) {
            for (ModelRow row : subscription.rows.values()) {
                if (row.state == Deliveries.DEAD) {
                    machine.submit(new SettleDead(
                            row.slot,
                            row.position,
                            SettleDead.Action.RETRY,
                            Party.operator("ann", "stock came"),
                            null));
                }
            }
        }
        machine.turn();
        send("c");
        new QuietPhase(machine, new SplittableRandom(1)).run();
    }
}
