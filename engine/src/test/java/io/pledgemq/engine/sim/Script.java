package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Command.SettleDead;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.state.Deliveries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A short scripted run of an engine that logs every type of command at least once; the same steps each time. */
final class Script {
    static final SimOptions OPTIONS = new SimOptions(
            new LogConfig(8192, 7000, 1),
            0,
            1,
            new int[4],
            true,
            false,
            new CheckPolicy(100, 200, 1, 50),
            new int[1],
            Limits.Rows.DEFAULT);

    private static final Party OPERATOR = Party.operator("ann", "because");
    private static final Sender SENDER = Traffic.SENDERS.get(0);

    final Machine machine;
    private final List<Runnable> steps = new ArrayList<>();
    private final List<Receipt> receipts = new ArrayList<>();

    Script(Machine machine) {
        this.machine = machine;
        catalog();
        transactions();
        checks();
        deliveries();
        theEnd();
    }

    static Machine machine(long seed) {
        Machine machine = new Machine(OPTIONS, new SplittableRandom(seed));
        machine.openingMayFail = false;
        return machine;
    }

    int length() {
        return steps.size();
    }

    /** One step and the turn that serves it. */
    void step(int number) {
        steps.get(number).run();
        machine.turn();
        for (Op op : machine.takeAnswered()) {
            if (Machine.isLease(op)) {
                for (Delivery delivery : ((Outcome.Received) op.answer().join()).deliveries()) {
                    receipts.add(delivery.receipt());
                }
            }
        }
        machine.clock.advance(5);
    }

    private void add(Runnable step) {
        steps.add(step);
    }

    private void command(Command command) {
        add(() -> machine.submit(command));
    }

    private void catalog() {
        for (TopicConfig topic : Traffic.TOPICS) {
            command(new Command.CreateTopic(topic));
        }
        command(new Command.CreateTopic(new TopicConfig("unused", TopicType.NORMAL)));
        command(new Command.CreateTopic(new TopicConfig("unused", TopicType.NORMAL, 12)));
        GroupConfig all = GroupConfig.of("all").withRetry(2, new RetryPolicy.Fixed(5, 0));
        command(new Command.PutGroup(all));
        command(new Command.PutGroup(
                GroupConfig.of("ordered").withFifo(true).withRetry(1, new RetryPolicy.Fixed(5, 0))));
        for (TopicConfig topic : Traffic.TOPICS) {
            command(new Command.Subscribe("all", topic.name(), true));
        }
        command(new Command.Subscribe("ordered", "fifo", true));
        command(new Command.PutGroup(GroupConfig.of("reader")));
        command(new Command.Subscribe("reader", "%DLQ%ordered", true));
        add(() -> machine.maintain(false, true));
    }

    private void send(String id, String topic, long delayMs) {
        add(() -> {
            Message message = new Message(
                    MessageId.of(id),
                    topic,
                    "key",
                    "tag",
                    topic.equals("fifo") ? "one" : null,
                    Map.of("a", "b"),
                    new byte[700],
                    delayMs == 0 ? 0 : machine.clock.wallMs() + delayMs);
            machine.model.messages.putIfAbsent(id, new ModelMessage(message, null, 0));
            machine.submit(new Command.Send(message), message);
        });
    }

    private void prepare(String id, long firstCheckMs) {
        add(() -> {
            Message message = Message.of(id, "trx", new byte[300]);
            machine.model.messages.putIfAbsent(id, new ModelMessage(message, SENDER, firstCheckMs));
            machine.submit(new Command.Prepare(message, SENDER, firstCheckMs), message);
        });
    }

    private void decide(String id, Decision decision) {
        add(() -> {
            ModelMessage message = machine.model.messages.get(id);
            if (message != null) {
                machine.submit(
                        new Command.Decide(message.transactionId, message.message.id(), decision, Party.sender("o-1")));
            }
        });
    }

    private void transactions() {
        prepare("t-0", 1_000_000);
        send("p-1", "plain", 0);
        send("p-1", "plain", 0);
        for (String id : List.of("f-1", "f-2", "f-3")) {
            send(id, "fifo", 0);
        }
        send("d-1", "later", 40);
        send("d-2", "later", 4_000);
        command(new Command.Recall(MessageId.of("d-2"), OPERATOR));
        prepare("t-1", 10_000);
        prepare("t-2", 10_000);
        decide("t-1", Decision.COMMIT);
        decide("t-2", Decision.ROLLBACK);
        decide("t-1", Decision.COMMIT);
        decide("t-2", Decision.COMMIT);
        add(() -> machine.clock.advance(50));
    }

    private void checks() {
        prepare("t-3", 10);
        add(() -> machine.connect(SENDER, 4));
        add(() -> machine.clock.advance(20));
        add(() -> machine.questions.forEach(asked -> machine.unknown(new Command.AnswerUnknown(
                asked.request().slot(), asked.request().transactionId(), "o-1", "not yet"))));
        add(() -> machine.clock.advance(300));
        add(() -> {
            ModelMessage message = machine.model.messages.get("t-3");
            if (message != null) {
                machine.submit(new Command.CheckAgain(message.transactionId, message.message.id(), OPERATOR));
            }
        });
        decide("t-3", Decision.COMMIT);
        prepare("t-4", 10);
        add(() -> machine.clock.advance(20));
        add(() -> machine.questions.forEach(asked ->
                machine.silent(asked.request().slot(), asked.request().transactionId(), "o-1", Silence.NOT_SEEN)));
        add(() -> machine.connect(Traffic.SENDERS.get(1), 4));
        decide("t-4", Decision.COMMIT);
        add(() -> machine.maintain(false, true));
    }

    private void receive(String group, String topic, int max) {
        add(() -> machine.receive(group, topic, max, 0, 100, null));
    }

    private void withReceipt(java.util.function.Function<Receipt, Command> order) {
        add(() -> {
            if (!receipts.isEmpty()) {
                machine.submit(order.apply(receipts.remove(0)));
            }
        });
    }

    private void deliveries() {
        receive("ordered", "fifo", 4);
        withReceipt(receipt -> new Command.Fail(receipt, "client", "no stock", true, false, -1));
        for (SettleDead.Action action : List.of(SettleDead.Action.RETRY)) {
            add(() -> settleDead(action));
        }
        add(() -> machine.clock.advance(10));
        receive("ordered", "fifo", 4);
        withReceipt(receipt -> new Command.ExtendLease(receipt, 50));
        add(() -> machine.clock.advance(200));
        add(() -> settleDead(SettleDead.Action.COMPENSATE));
        receive("ordered", "fifo", 4);
        receive("all", "plain", 4);
        withReceipt(receipt -> new Command.Ack(receipt, "client", "undone"));
        withReceipt(receipt -> new Command.Ack(receipt, "client", ""));
        withReceipt(receipt -> new Command.Fail(receipt, "client", "later", false, false, 3));
        receive("all", "trx", 4);
        withReceipt(receipt -> new Command.Ack(receipt, "client", ""));
        withReceipt(receipt -> new Command.Fail(receipt, "client", "never", true, true, -1));
        add(() -> settleDead(SettleDead.Action.SKIP));
    }

    private void settleDead(SettleDead.Action action) {
        for (ModelGroup group : machine.model.groups.values()) {
            for (ModelSubscription subscription : group.subscriptions.values()) {
                for (ModelRow row : subscription.rows.values()) {
                    if (row.state == Deliveries.DEAD) {
                        Message edited =
                                action == SettleDead.Action.RETRY ? row.message.withBody(new byte[] {1, 2, 3}) : null;
                        machine.submit(new SettleDead(row.slot, row.position, action, OPERATOR, edited));
                    }
                }
            }
        }
    }

    private void theEnd() {
        command(new Command.PauseGroup("all", true));
        command(new Command.PauseGroup("all", false));
        command(new Command.MoveCursor("all", "plain", 0));
        receive("all", "plain", 4);
        command(new Command.Trim("plain", 1));
        receive("reader", "%DLQ%ordered", 4);
        command(new Command.Unsubscribe("all", "later", false));
        command(new Command.Unsubscribe("reader", "%DLQ%ordered", true));
        command(new Command.DeleteGroup("ordered", true));
        command(new Command.DeleteTopic("unused"));
        for (int i = 0; i < 6; i++) {
            send("p-" + (10 + i), "plain", 0);
            add(() -> machine.writer().idle());
        }
        add(() -> machine.clock.advance(30_000));
        add(() -> machine.maintain(true, true));
        add(() -> machine.maintain(true, false));
        decide("t-0", Decision.COMMIT);
        receive("all", "plain", 2);
    }
}
