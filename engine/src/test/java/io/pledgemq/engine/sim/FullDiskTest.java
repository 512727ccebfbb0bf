package io.pledgemq.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.LeaseTerms;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.writer.Receive;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When the reserve is used up as well, everything is refused, nothing is forgotten, and no restart is needed. */
class FullDiskTest {
    /** Makes a lease much larger than a failure, so that the lease is refused first. */
    private static final String CLIENT = "c".repeat(500);

    private final Machine machine = Script.machine(1);

    private List<Delivery> receive() {
        machine.takeAnswered();
        machine.receive(new Receive(
                "all", "plain", CLIENT, 1, 0, LeaseTerms.of(100_000), false, null, new CompletableFuture<>()));
        machine.clock.advance(1);
        machine.turn();
        return machine.takeAnswered().stream()
                .filter(Machine::isLease)
                .flatMap(op -> ((Outcome.Received) op.answer().join()).deliveries().stream())
                .toList();
    }

    @Test
    void aLeaseThatWasRefusedIsGivenWhenThereIsSpaceAgain() {
        machine.recover();
        machine.submit(new Command.CreateTopic(new TopicConfig("plain", TopicType.NORMAL)));
        machine.submit(new Command.PutGroup(GroupConfig.of("all").withRetry(10_000, new RetryPolicy.Fixed(0, 0))));
        machine.submit(new Command.Subscribe("all", "plain", true));
        Message message = Message.of("m-1", "plain", new byte[10]);
        machine.model.messages.put("m-1", new ModelMessage(message, null, 0));
        machine.submit(new Command.Send(message), message);
        machine.turn();
        machine.limitDiskTo(machine.storage.usedBytes());
        int leases = 0;
        List<Delivery> delivered = receive();
        while (!delivered.isEmpty()) {
            leases++;
            machine.submit(new Command.Fail(delivered.get(0).receipt(), "client", "x", true, false, 0));
            machine.turn();
            assertThat(machine.takeAnswered())
                    .as("the failure is logged; the lease behind it must be refused first")
                    .extracting(op -> op.answer().join())
                    .doesNotHaveAnyElementsOfTypes(Outcome.Refused.class);
            delivered = receive();
        }
        assertThat(leases).isGreaterThan(10);
        machine.limitDisk(false);
        machine.maintain(false, false);
        new QuietPhase(machine, new SplittableRandom(1)).run();
    }
}
