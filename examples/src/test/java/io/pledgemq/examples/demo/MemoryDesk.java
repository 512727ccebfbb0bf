package io.pledgemq.examples.demo;

import io.pledgemq.examples.demo.OrderJob.Parked;
import io.pledgemq.sdk.retry.WhenExhausted;
import io.pledgemq.sdk.transport.AckNote;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import io.pledgemq.sdk.transport.Checker;
import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.DecisionResult;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.Delivery.Kind;
import io.pledgemq.sdk.transport.GroupDeclaration;
import io.pledgemq.sdk.transport.Limits;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PledgeProperties;
import io.pledgemq.sdk.transport.PrepareResult;
import io.pledgemq.sdk.transport.Receiver;
import io.pledgemq.sdk.transport.Transport;
import io.pledgemq.sdk.transport.UndecidedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The least engine that the job needs, in memory: half messages, checks, leases, retries, dead letters. Forgets at
 * close.
 */
final class MemoryDesk implements EngineDesk, Transport {

    private static final long CHECK_AFTER_NANOS = Duration.ofMillis(200).toNanos();

    /** A half message. */
    private record Half(OutgoingMessage message, long preparedNanos) {}

    /** A message in one group. */
    private static final class Item {
        private final OutgoingMessage message;
        private final GroupDeclaration group;
        private int attempt;
        private long dueNanos = System.nanoTime();
        private Kind kind = Kind.NORMAL;
        private String reason = "";
        private boolean done;
        private boolean dead;

        Item(OutgoingMessage message, GroupDeclaration group) {
            this.message = message;
            this.group = group;
        }
    }

    private final Map<String, Half> undecided = new LinkedHashMap<>();
    private final Map<String, Checker> checkers = new HashMap<>();
    private final Map<String, List<OutgoingMessage>> topics = new HashMap<>();
    private final List<GroupDeclaration> groups = new ArrayList<>();
    private final List<Item> items = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private long redeliveries;
    private long deadLetters;

    MemoryDesk() {
        var unused = timer.scheduleWithFixedDelay(this::check, 50, 50, TimeUnit.MILLISECONDS);
    }

    @Override
    public Transport transport() {
        return this;
    }

    @Override
    public synchronized long unsettled() {
        return undecided.size()
                + items.stream().filter(item -> !item.done && !item.dead).count();
    }

    @Override
    public synchronized EngineFigures figures(long undecidedResolved) {
        return new EngineFigures(undecidedResolved, redeliveries, deadLetters);
    }

    @Override
    public synchronized void compensateParked(String topic) {
        items.stream()
                .filter(item -> item.dead && item.message.topic().equals(topic))
                .forEach(item -> {
                    item.dead = false;
                    item.kind = Kind.COMPENSATE;
                });
    }

    @Override
    public synchronized List<Parked> parked(String topic) {
        return items.stream()
                .filter(item -> item.dead && item.message.topic().equals(topic))
                .map(item -> new Parked(item.message.key(), item.message.messageId(), item.reason, false))
                .toList();
    }

    @Override
    public Set<String> skipped(String topic, Collection<String> orderIds) {
        return Set.of();
    }

    @Override
    public String engineId() {
        return "memory";
    }

    @Override
    public Limits limits() {
        return new Limits(1 << 20, 128, 32 << 10, Duration.ofDays(40));
    }

    @Override
    public synchronized List<PrepareResult> prepare(List<OutgoingMessage> messages) {
        List<PrepareResult> results = new ArrayList<>();
        for (OutgoingMessage message : messages) {
            undecided.put(message.messageId(), new Half(message, System.nanoTime()));
            results.add(new PrepareResult.Prepared(message.messageId()));
        }
        return results;
    }

    @Override
    public synchronized CompletionStage<List<DecisionResult>> decide(List<Decision> decisions) {
        List<DecisionResult> results = new ArrayList<>();
        for (Decision decision : decisions) {
            boolean now = settle(decision.messageId(), decision.commit());
            results.add(now ? DecisionResult.DONE : DecisionResult.ALREADY);
        }
        return CompletableFuture.completedStage(results);
    }

    private boolean settle(String messageId, boolean commit) {
        Half half = undecided.remove(messageId);
        if (half != null && commit) {
            topics.computeIfAbsent(half.message().topic(), name -> new ArrayList<>())
                    .add(half.message());
            groups.stream()
                    .filter(group -> group.topic().equals(half.message().topic()))
                    .forEach(group -> items.add(new Item(half.message(), group)));
        }
        return half != null;
    }

    private void check() {
        List<OutgoingMessage> due;
        synchronized (this) {
            long before = System.nanoTime() - CHECK_AFTER_NANOS;
            due = undecided.values().stream()
                    .filter(half -> half.preparedNanos() - before < 0)
                    .map(Half::message)
                    .toList();
        }
        for (OutgoingMessage message : due) {
            Origin origin = message.origin();
            Checker checker;
            synchronized (this) {
                checker = checkers.get(origin.service());
            }
            if (checker != null) {
                answer(checker, message, origin);
            }
        }
    }

    private void answer(Checker checker, OutgoingMessage message, Origin origin) {
        CheckAnswer answer = checker.check(List.of(new UndecidedMessage(
                        message.messageId(),
                        origin.databaseId(),
                        message.topic(),
                        message.key(),
                        message.properties().getOrDefault(PledgeProperties.STAMP, ""))))
                .get(0);
        boolean commit = answer.verdict() == Verdict.COMMIT;
        if (!commit && answer.verdict() != Verdict.ROLLBACK) {
            return;
        }
        synchronized (this) {
            settle(message.messageId(), commit);
        }
        if (commit) {
            checker.settled(List.of(message.messageId()));
        }
    }

    @Override
    public synchronized Registration registerChecker(Origin origin, Checker checker) {
        checkers.put(origin.service(), checker);
        return () -> {};
    }

    @Override
    public Set<String> settledAmong(Collection<String> messageIds) {
        return Set.of();
    }

    @Override
    public void ensureTopic(String topic) {
        // Every topic is there.
    }

    @Override
    public synchronized Receiver openReceiver(GroupDeclaration group) {
        groups.add(group);
        topics.getOrDefault(group.topic(), List.of()).forEach(message -> items.add(new Item(message, group)));
        return new MemoryReceiver(group);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private final class MemoryReceiver implements Receiver {
        private final GroupDeclaration group;

        MemoryReceiver(GroupDeclaration group) {
            this.group = group;
        }

        @Override
        public List<Delivery> receive(int max, Duration wait, Duration lease) throws InterruptedException {
            List<Delivery> leased = lease(max, lease);
            if (leased.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(Math.min(20, wait.toMillis()));
            }
            return leased;
        }

        private List<Delivery> lease(int max, Duration lease) {
            synchronized (MemoryDesk.this) {
                long now = System.nanoTime();
                List<Item> due = items.stream()
                        .filter(item ->
                                item.group.equals(group) && !item.done && !item.dead && item.dueNanos - now <= 0)
                        .limit(max)
                        .toList();
                List<Delivery> leased = new ArrayList<>();
                for (Item item : due) {
                    redeliveries += item.attempt > 0 ? 1 : 0;
                    item.attempt++;
                    item.dueNanos = now + lease.toNanos();
                    leased.add(delivery(item));
                }
                return leased;
            }
        }

        private Delivery delivery(Item item) {
            OutgoingMessage message = item.message;
            return new Delivery(
                    item,
                    message.messageId(),
                    message.topic(),
                    message.key(),
                    message.body(),
                    message.properties(),
                    item.attempt,
                    0,
                    item.kind,
                    item.reason,
                    false);
        }

        @Override
        public void ack(Delivery delivery, AckNote note) {
            synchronized (MemoryDesk.this) {
                item(delivery).done = true;
            }
        }

        @Override
        public void nack(Delivery delivery, String reason, boolean counted, Duration delay) {
            synchronized (MemoryDesk.this) {
                Item item = item(delivery);
                if (item.attempt >= group.retry().maxAttempts() && counted && item.kind == Kind.NORMAL) {
                    exhausted(item, reason);
                } else {
                    item.attempt -= counted ? 0 : 1;
                    item.dueNanos = System.nanoTime() + delay.toNanos();
                }
            }
        }

        @Override
        public void dead(Delivery delivery, String reason) {
            synchronized (MemoryDesk.this) {
                exhausted(item(delivery), reason);
            }
        }

        private void exhausted(Item item, String reason) {
            deadLetters++;
            item.reason = reason;
            if (group.whenExhausted() == WhenExhausted.COMPENSATE) {
                item.kind = Kind.COMPENSATE;
                item.dueNanos = System.nanoTime();
            } else {
                item.dead = true;
            }
        }

        @Override
        public void extend(Delivery delivery, Duration lease) {
            synchronized (MemoryDesk.this) {
                item(delivery).dueNanos = System.nanoTime() + lease.toNanos();
            }
        }

        @Override
        public void close() {
            // Leases run out by themselves.
        }

        private static Item item(Delivery delivery) {
            return (Item) delivery.handle();
        }
    }
}
