package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.transport.AckNote;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.Checker;
import io.pledgemq.sdk.transport.Checkers;
import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.DecisionResult;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.GroupDeclaration;
import io.pledgemq.sdk.transport.Limits;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PledgeProperties;
import io.pledgemq.sdk.transport.PrepareResult;
import io.pledgemq.sdk.transport.Receiver;
import io.pledgemq.sdk.transport.TopicKind;
import io.pledgemq.sdk.transport.Transport;
import io.pledgemq.sdk.transport.UndecidedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An engine in memory that does nothing by itself: a test says what is refused, lost, asked and delivered, and when.
 * Keeps the first decision, like a real one.
 */
final class ScriptedTransport implements Transport {
    static final Limits LIMITS = new Limits(1 << 20, 128, 32 << 10, Duration.ofDays(40));

    /** What a receiver was told. */
    record Settled(
            String how,
            String detail,
            boolean counted,
            Duration delay,
            @Nullable AckNote note) {}

    private static final class Half {
        final OutgoingMessage message;

        final String handle;

        @Nullable
        Boolean commit;

        Half(OutgoingMessage message, String handle) {
            this.message = message;
            this.handle = handle;
        }
    }

    final Map<String, Half> halves = new LinkedHashMap<>();
    final Map<String, TopicKind> topicKinds = new ConcurrentHashMap<>();
    final AtomicInteger prepareCalls = new AtomicInteger();
    final List<Integer> prepareSizes = new CopyOnWriteArrayList<>();
    final List<Integer> decideSizes = new CopyOnWriteArrayList<>();
    final Set<String> settledForCleanup = new HashSet<>();
    final AtomicInteger decisionsToLose = new AtomicInteger();
    final AtomicInteger extensions = new AtomicInteger();
    /** The largest number of messages that a receiver asked for. */
    final AtomicInteger askedFor = new AtomicInteger();

    private final Checkers registered = new Checkers();
    private final List<Checker> checkers = new CopyOnWriteArrayList<>();
    private final Map<String, BlockingQueue<Delivery>> queues = new ConcurrentHashMap<>();
    private final Map<String, BlockingQueue<Settled>> settlements = new ConcurrentHashMap<>();
    private final AtomicInteger handles = new AtomicInteger();
    Function<OutgoingMessage, PrepareResult.@Nullable Refused> refuse = message -> null;
    volatile Runnable duringPrepare = () -> {};
    /** Another one makes it another engine. */
    volatile String engineId = UUID.randomUUID().toString();
    /** Answers of prepare get lost, though it was done. */
    volatile boolean away;
    /** Prepare is not even tried. */
    volatile boolean unreachable;
    /** Message ids, in the order of their first COMMIT. */
    final List<String> published = new CopyOnWriteArrayList<>();

    volatile Runnable afterDecide = () -> {};

    @Override
    public String engineId() {
        return engineId;
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    @Override
    public Optional<TopicKind> topicKind(String topic) {
        return Optional.ofNullable(topicKinds.get(topic));
    }

    @Override
    public synchronized List<PrepareResult> prepare(List<OutgoingMessage> messages) {
        prepareCalls.incrementAndGet();
        if (unreachable) {
            throw new EngineUnavailableException("the engine cannot be reached; start it");
        }
        prepareSizes.add(messages.size());
        List<PrepareResult> results = new ArrayList<>();
        for (OutgoingMessage message : messages) {
            PrepareResult.Refused refused = refuse.apply(message);
            if (refused != null) {
                results.add(refused);
                continue;
            }
            Half half = halves.computeIfAbsent(
                    message.messageId(), id -> new Half(message, "t" + handles.incrementAndGet()));
            results.add(new PrepareResult.Prepared(half.handle));
        }
        duringPrepare.run();
        if (away) {
            throw new EngineUnavailableException("the engine is away; start it");
        }
        return results;
    }

    @Override
    public synchronized CompletionStage<List<DecisionResult>> decide(List<Decision> decisions) {
        decideSizes.add(decisions.size());
        List<DecisionResult> results = new ArrayList<>();
        for (Decision decision : decisions) {
            if (decisionsToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                results.add(DecisionResult.NOT_CONFIRMED);
            } else {
                results.add(decide(decision.messageId(), decision.commit()));
            }
        }
        afterDecide.run();
        return CompletableFuture.completedFuture(results);
    }

    private DecisionResult decide(String messageId, boolean commit) {
        Half half = halves.get(messageId);
        if (half == null) {
            return DecisionResult.UNKNOWN_TRANSACTION;
        } else if (half.commit == null) {
            half.commit = commit;
            if (commit) {
                published.add(messageId);
            }
            return DecisionResult.DONE;
        }
        return half.commit == commit ? DecisionResult.ALREADY : DecisionResult.CONTRARY;
    }

    /** What an operator does at the desk. */
    synchronized void forceRollback(String messageId) {
        decide(messageId, false);
    }

    /** As engines do after a while. */
    synchronized void forget(String messageId) {
        halves.remove(messageId);
    }

    /** COMMIT, ROLLBACK, undecided or not prepared. */
    synchronized String fate(String messageId) {
        Half half = halves.get(messageId);
        if (half == null) {
            return "not prepared";
        }
        return half.commit == null ? "undecided" : half.commit ? "COMMIT" : "ROLLBACK";
    }

    synchronized List<OutgoingMessage> committed(String topic) {
        return halves.values().stream()
                .filter(half ->
                        Boolean.TRUE.equals(half.commit) && half.message.topic().equals(topic))
                .map(half -> half.message)
                .toList();
    }

    /**
     * Asks every checker about every undecided message, and takes the first answer that is one.
     *
     * @return the answers as they came
     */
    List<CheckAnswer> checkUndecided() {
        List<UndecidedMessage> undecided = new ArrayList<>();
        synchronized (this) {
            for (Half half : halves.values()) {
                if (half.commit == null) {
                    undecided.add(new UndecidedMessage(
                            half.message.messageId(),
                            half.message.origin().databaseId(),
                            half.message.topic(),
                            half.message.key(),
                            half.message.properties().getOrDefault(PledgeProperties.STAMP, "")));
                }
            }
        }
        List<CheckAnswer> all = new ArrayList<>();
        for (Checker checker : checkers) {
            List<CheckAnswer> answers = new ArrayList<>();
            checker.check(undecided, answers::add);
            all.addAll(answers);
            accept(checker, answers);
        }
        return all;
    }

    private synchronized void accept(Checker checker, List<CheckAnswer> answers) {
        for (CheckAnswer answer : answers) {
            boolean commit = answer.verdict() == CheckAnswer.Verdict.COMMIT;
            if (commit || answer.verdict() == CheckAnswer.Verdict.ROLLBACK) {
                DecisionResult result = decide(answer.messageId(), commit);
                if (commit && result != DecisionResult.CONTRARY) {
                    checker.settled(List.of(answer.messageId()));
                }
            }
        }
    }

    @Override
    public Registration registerChecker(Origin origin, Checker checker) {
        Registration admitted = registered.add(origin, checker);
        checkers.add(checker);
        return () -> {
            checkers.remove(checker);
            admitted.close();
        };
    }

    @Override
    public synchronized Set<String> settledAmong(Collection<String> messageIds) {
        Set<String> settled = new HashSet<>(messageIds);
        settled.retainAll(settledForCleanup);
        return settled;
    }

    @Override
    public void ensureTopic(String topic) {}

    /** Delivers to a group what was committed, as often as a test wants. */
    void deliver(String group, OutgoingMessage message) {
        deliver(group, message, 0, Delivery.Kind.NORMAL, false);
    }

    void deliver(String group, OutgoingMessage message, int revision, Delivery.Kind kind, boolean evenIfOld) {
        queue(group)
                .add(new Delivery(
                        handles.incrementAndGet(),
                        message.messageId(),
                        message.topic(),
                        message.key(),
                        message.body(),
                        message.properties(),
                        1,
                        revision,
                        kind,
                        kind == Delivery.Kind.COMPENSATE ? "no stock" : "",
                        evenIfOld));
    }

    /** What the group's receiver says next, within 20 s. */
    Settled settled(String group) throws InterruptedException {
        Settled settled = settlements(group).poll(20, TimeUnit.SECONDS);
        if (settled == null) {
            throw new AssertionError("group " + group + " settled nothing within 20 s");
        }
        return settled;
    }

    /** How many messages of the group no receiver has taken. */
    int waiting(String group) {
        return queue(group).size();
    }

    private BlockingQueue<Delivery> queue(String group) {
        return queues.computeIfAbsent(group, name -> new LinkedBlockingQueue<>());
    }

    private BlockingQueue<Settled> settlements(String group) {
        return settlements.computeIfAbsent(group, name -> new LinkedBlockingQueue<>());
    }

    @Override
    public Receiver openReceiver(GroupDeclaration group) {
        return new ScriptedReceiver(group.group());
    }

    @Override
    public void close() {}

    private final class ScriptedReceiver implements Receiver {
        private final String group;

        ScriptedReceiver(String group) {
            this.group = group;
        }

        @Override
        public List<Delivery> receive(int max, Duration wait, Duration lease) throws InterruptedException {
            askedFor.accumulateAndGet(max, Math::max);
            Delivery delivery = queue(group).poll(wait.toMillis(), TimeUnit.MILLISECONDS);
            return delivery == null ? List.of() : List.of(delivery);
        }

        @Override
        public void ack(Delivery delivery, AckNote note) {
            settlements(group)
                    .add(new Settled("ack", note.outcome() + " " + note.revision(), false, Duration.ZERO, note));
        }

        @Override
        public void nack(Delivery delivery, String reason, boolean counted, Duration delay) {
            settlements(group).add(new Settled("nack", reason, counted, delay, null));
        }

        @Override
        public void dead(Delivery delivery, String reason) {
            settlements(group).add(new Settled("dead", reason, true, Duration.ZERO, null));
        }

        @Override
        public void extend(Delivery delivery, Duration lease) {
            extensions.incrementAndGet();
        }

        @Override
        public void close() {}
    }
}
