package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Command.SettleDead;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.LeaseTerms;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageFilter;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.writer.Receive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Clients that do anything a client may do, sensible or not, with other weights in each run. */
final class Traffic {
    static final List<Sender> SENDERS = List.of(
            new Sender("orders", "o-1"),
            new Sender("orders", "o-2"),
            new Sender("stock", "s-1"),
            new Sender("books", "b-1", true),
            Sender.ofTopic("trx", "s-1"));
    /** What a client may be connected as: one instance under several services too. */
    static final List<Sender> CONNECTIONS = List.of(
            SENDERS.get(0),
            SENDERS.get(1),
            SENDERS.get(2),
            SENDERS.get(3),
            SENDERS.get(4),
            Sender.ofTopic("trx", "o-1"),
            Sender.ofTopic("fifo", "b-1"));

    static final List<TopicConfig> TOPICS = List.of(
            new TopicConfig("plain", TopicType.NORMAL),
            new TopicConfig("fifo", TopicType.FIFO),
            new TopicConfig("later", TopicType.DELAY),
            new TopicConfig("trx", TopicType.TRANSACTION));
    static final List<String> GROUPS = List.of("all", "ordered", "blocking", "undoing", "reader");
    private static final List<String> TOPIC_NAMES = Stream.concat(
                    TOPICS.stream().map(TopicConfig::name),
                    GROUPS.stream()
                            .map(group -> TopicConfig.deadLettersOf(group).name()))
            .toList();
    static final int KINDS = 24;

    private static final Party OPERATOR = Party.operator("ann", "because");
    private static final int MOST_RECEIPTS = 64;

    private final Machine machine;
    private final Model model;
    private final SplittableRandom random;
    private final int[] weights;
    private final List<Receipt> receipts = new ArrayList<>();
    private final List<SimSession> sessions = new ArrayList<>();
    private int counter;

    Traffic(Machine machine, SplittableRandom random, int[] weights) {
        this.machine = machine;
        this.model = machine.model;
        this.random = random;
        this.weights = weights.clone();
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    /** The process died: its connections are gone, its receipts are not. */
    void disconnected() {
        sessions.clear();
    }

    /** Creates missing topics, groups and subscriptions. */
    void ensureCatalog() {
        for (TopicConfig topic : TOPICS) {
            if (!model.topics.containsKey(topic.name())) {
                machine.submit(new Command.CreateTopic(topic));
            }
        }
        for (String group : GROUPS) {
            if (!model.groups.containsKey(group)) {
                machine.submit(new Command.PutGroup(config(group)));
            }
            for (String topic : TOPIC_NAMES) {
                if (isWanted(group, topic) && model.subscription(group, topic) == null) {
                    machine.submit(new Command.Subscribe(group, topic, random.nextBoolean()));
                }
            }
        }
    }

    /** One group reads all dead letters, its own too; another group reads the dead letters of that one. */
    private static boolean isWanted(String group, String topic) {
        if (TopicConfig.holdsDeadLetters(topic)) {
            return group.equals("reader") || (group.equals("ordered") && topic.endsWith("reader"));
        }
        return group.equals("all")
                || (topic.equals("fifo") && !group.equals("reader"))
                || (group.equals("undoing") && topic.equals("trx"));
    }

    private GroupConfig config(String name) {
        List<RetryPolicy> policies = List.of(
                new RetryPolicy.Fixed(random.nextInt(200), 0),
                new RetryPolicy.Linear(10, 20, 200, 50),
                new RetryPolicy.Exponential(10, 2.0, 300, 20),
                new RetryPolicy.Listed(List.of(5L, 50L, 500L), 100),
                new RetryPolicy.Fixed(0, 0));
        return GroupConfig.of(name)
                .withFifo(name.equals("ordered") || name.equals("blocking"))
                .withRetry(1 + random.nextInt(4), any(policies))
                .withOnExhausted(name.equals("undoing") ? OnExhausted.COMPENSATE : OnExhausted.PARK)
                .withDeadLetterBlocks(name.equals("blocking"));
    }

    /** Collects the receipts that clients received. */
    void learn(List<Op> answered) {
        for (Op op : answered) {
            if (Machine.isLease(op)) {
                for (Delivery delivery : ((Outcome.Received) op.answer().join()).deliveries()) {
                    receipts.add(delivery.receipt());
                }
            }
        }
        while (receipts.size() > MOST_RECEIPTS) {
            receipts.remove(random.nextInt(receipts.size()));
        }
    }

    /** One random action of a client or an operator. */
    void act() {
        int total = 0;
        for (int weight : weights) {
            total += weight;
        }
        int pick = random.nextInt(Math.max(1, total));
        int kind = 0;
        while (kind < KINDS - 1 && pick >= weights[kind]) {
            pick -= weights[kind];
            kind++;
        }
        act(kind);
    }

    private void act(int kind) {
        switch (kind) {
            case 0 -> send("plain");
            case 1 -> send("fifo");
            case 2 -> send("later");
            case 3 -> prepare("trx");
            case 4 -> prepare(random.nextBoolean() ? "fifo" : "later");
            case 5 -> sendAgain();
            case 6 -> decide(Decision.COMMIT, true);
            case 7 -> decide(Decision.ROLLBACK, true);
            case 8 -> decide(random.nextBoolean() ? Decision.COMMIT : Decision.ROLLBACK, false);
            case 9, 10 -> receive(false);
            case 11 -> receive(true);
            case 12, 13 -> acknowledge();
            case 14 -> fail();
            case 15 -> extend();
            case 16 -> settleDead();
            case 17 -> pauseOrRewind();
            case 18 -> changeCatalog();
            case 19 -> connectOrDisconnect();
            case 20 -> answerChecks();
            case 21 -> recall();
            case 22 -> checkAgain();
            default -> passTime();
        }
    }

    // ---- senders

    private Message message(String topic) {
        byte[] body = new byte[chance(10) ? random.nextInt(1500) : random.nextInt(100)];
        random.nextBytes(body);
        counter++;
        String id = chance(2) ? new UUID(random.nextLong(), random.nextLong()).toString() : "m-" + counter;
        long deliverAt = topic.equals("later") && !chance(4) ? machine.clock.wallMs() + random.nextInt(2000) : 0;
        Map<String, String> properties = chance(3) ? Map.of("n", "" + counter) : Map.of();
        return new Message(
                MessageId.of(id),
                topic,
                chance(2) ? "key-" + counter : null,
                chance(3) ? null : "t" + random.nextInt(2),
                topic.equals("fifo") ? "group-" + random.nextInt(3) : null,
                properties,
                body,
                deliverAt);
    }

    private void send(String topic) {
        Message message = message(topic);
        model.messages.put(message.id().text(), new ModelMessage(message, null, 0));
        machine.submit(new Command.Send(message), message);
    }

    private void prepare(String topic) {
        Message message = message(topic);
        ModelMessage known = new ModelMessage(message, any(SENDERS), random.nextInt(500));
        known.ordered = chance(2);
        model.messages.put(known.id(), known);
        submit(known, message);
    }

    private void submit(ModelMessage known, Message message) {
        if (known.sender == null) {
            machine.submit(new Command.Send(message), message);
        } else {
            machine.submit(new Command.Prepare(message, known.sender, known.firstCheckMs, known.ordered), message);
        }
    }

    private @Nullable ModelMessage anyMessage(boolean undecided) {
        List<ModelMessage> candidates = model.messages.values().stream()
                .filter(message -> !undecided || message.isUndecided())
                .toList();
        if (candidates.isEmpty()) {
            return null;
        }
        int from = chance(3) ? 0 : Math.max(0, candidates.size() - 12);
        return candidates.get(from + random.nextInt(candidates.size() - from));
    }

    private void sendAgain() {
        ModelMessage known = anyMessage(false);
        if (known == null) {
            return;
        }
        boolean stored = known.status != ModelMessage.Status.ABSENT;
        // Another body under the same id: what was stored first stays.
        submit(known, stored && chance(2) ? known.message.withBody(new byte[] {1, 2, 3}) : known.message);
    }

    private void decide(Decision decision, boolean undecided) {
        ModelMessage message = anyMessage(undecided);
        if (message != null) {
            long transactionId = message.transactionId + (chance(20) ? 8 : 0);
            Party by = chance(5) ? OPERATOR : Party.sender("o-1");
            machine.submit(new Command.Decide(transactionId, message.message.id(), decision, by));
            if (chance(6)) {
                Decision second = chance(2) ? Decision.COMMIT : Decision.ROLLBACK;
                machine.submit(new Command.Decide(message.transactionId, message.message.id(), second, by));
            }
        }
    }

    private void recall() {
        ModelMessage message = anyMessage(false);
        if (message != null) {
            machine.submit(new Command.Recall(message.message.id(), OPERATOR));
        }
    }

    private void checkAgain() {
        ModelMessage message = anyMessage(!chance(4));
        if (message != null) {
            machine.submit(new Command.CheckAgain(message.transactionId, message.message.id(), OPERATOR));
        }
    }

    private void connectOrDisconnect() {
        if (chance(3)) {
            machine.cancelReceive();
        } else if (sessions.isEmpty() || chance(2)) {
            sessions.add(machine.connect(any(CONNECTIONS), 1 + random.nextInt(4)));
        } else {
            machine.disconnect(sessions.remove(random.nextInt(sessions.size())));
        }
    }

    private void answerChecks() {
        if (machine.questions.isEmpty()) {
            return;
        }
        int index = random.nextInt(machine.questions.size());
        SimSession.Asked asked = chance(5) ? machine.questions.get(index) : machine.questions.remove(index);
        var request = asked.request();
        Party by = Party.check(asked.session().sender.instance());
        switch (random.nextInt(5)) {
            case 0 ->
                machine.submit(new Command.Decide(
                        request.transactionId(), request.message().id(), Decision.COMMIT, by));
            case 1 ->
                machine.submit(new Command.Decide(
                        request.transactionId(), request.message().id(), Decision.ROLLBACK, by));
            case 2 ->
                machine.silent(request.slot(), request.transactionId(), by.name(), any(List.of(Silence.values())));
            default -> {
                String name = chance(8) ? any(SENDERS).instance() : by.name();
                machine.unknown(new Command.AnswerUnknown(request.slot(), request.transactionId(), name, "busy"));
            }
        }
    }

    // ---- consumers

    private void receive(boolean picky) {
        String group = any(GROUPS);
        ModelGroup known = model.groups.get(group);
        String topic = known == null || known.subscriptions.isEmpty() || chance(20)
                ? any(TOPIC_NAMES)
                : any(List.copyOf(known.subscriptions.keySet()));
        long wait = chance(2) ? 0 : random.nextInt(1000);
        MessageFilter filter = picky ? MessageFilter.tags(Set.of("t" + random.nextInt(2))) : null;
        LeaseTerms terms = new LeaseTerms(1 + random.nextInt(400), chance(4));
        machine.receive(new Receive(
                group,
                topic,
                "client",
                1 + random.nextInt(chance(4) ? 32 : 4),
                wait,
                terms,
                false,
                filter,
                new CompletableFuture<>()));
    }

    private @Nullable Receipt receipt() {
        if (receipts.isEmpty()) {
            return null;
        }
        int index = random.nextInt(receipts.size());
        Receipt receipt = chance(4) ? receipts.get(index) : receipts.remove(index);
        return chance(30) ? new Receipt(receipt.slot(), receipt.position(), receipt.nonce() - 1) : receipt;
    }

    private void acknowledge() {
        Receipt receipt = receipt();
        if (receipt != null) {
            machine.submit(new Command.Ack(receipt, "client", ""));
        }
    }

    private void fail() {
        Receipt receipt = receipt();
        if (receipt != null) {
            counter++;
            boolean counted = !chance(4);
            machine.submit(new Command.Fail(
                    receipt, "client", "reason " + counter, counted, chance(10), chance(3) ? random.nextInt(100) : -1));
        }
    }

    private void extend() {
        Receipt receipt = receipt();
        if (receipt != null) {
            receipts.add(receipt);
            machine.submit(new Command.ExtendLease(receipt, 1 + random.nextInt(500)));
        }
    }

    private void settleDead() {
        List<ModelRow> dead = new ArrayList<>();
        for (ModelGroup group : model.groups.values()) {
            for (ModelSubscription subscription : group.subscriptions.values()) {
                subscription.rows.values().stream()
                        .filter(row ->
                                row.state == Deliveries.DEAD || chance(row.kind == Deliveries.COMPENSATE ? 2 : 20))
                        .forEach(dead::add);
            }
        }
        if (dead.isEmpty()) {
            return;
        }
        ModelRow row = any(dead);
        SettleDead.Action action = any(List.of(SettleDead.Action.values()));
        counter++;
        Message edited = action == SettleDead.Action.RETRY && chance(2)
                ? row.message.withBody(("edited " + counter).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                : null;
        machine.submit(new SettleDead(row.slot, row.position, action, OPERATOR, edited));
        if (chance(5)) {
            machine.submit(
                    new SettleDead(row.slot, row.position, any(List.of(SettleDead.Action.values())), OPERATOR, null));
        }
    }

    // ---- operators

    private void pauseOrRewind() {
        String group = any(GROUPS);
        if (chance(2)) {
            machine.submit(new Command.PauseGroup(group, random.nextBoolean()));
        } else {
            ModelTopic topic = model.topics.get(any(TOPIC_NAMES));
            if (topic != null) {
                long offset = random.nextLong(topic.end() + 3);
                machine.submit(new Command.MoveCursor(group, topic.config.name(), offset));
            }
        }
    }

    private void changeCatalog() {
        String group = any(GROUPS);
        String topic = any(TOPIC_NAMES);
        switch (random.nextInt(8)) {
            case 0 -> machine.submit(new Command.Unsubscribe(group, topic, random.nextBoolean()));
            case 1 -> machine.submit(new Command.DeleteGroup(group, random.nextBoolean()));
            case 2 -> machine.submit(new Command.DeleteTopic(topic));
            case 3, 4 -> machine.submit(new Command.PutGroup(config(group)));
            case 5 -> machine.submit(new Command.Trim(topic, random.nextInt(50)));
            default -> ensureCatalog();
        }
    }

    private void passTime() {
        if (chance(8)) {
            machine.clock.jumpWallTo(machine.clock.wallMs() + random.nextInt(400_000) - 200_000);
        } else {
            machine.clock.advance(random.nextInt(3000));
        }
    }
}
